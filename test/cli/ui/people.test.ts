import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRoomOnScreen } from '../../support/chat-room.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { KEYS } from '../../support/terminal.ts'
import { WireClient } from '../../support/wire-client.ts'

const ALT_P = '\x1bp'

for (const [columns, rows] of [
  [80, 24],
  [120, 12],
] as const) {
  test(`the panel of people follows who comes and goes, at ${columns}×${rows}`, async () => {
    await using server = await startTestServer()
    await using there = await openRoomOnScreen(server.url, { columns, rows })
    const { guest, terminal, room } = there
    await there.say('hello')
    await terminal.waitFor('▎hello')
    terminal.type(ALT_P)
    await terminal.waitFor('│ 2 people here:')
    const mine = terminal.screen().find(row => / │ ■ #[0-9A-F]{6} \w{4} you$/.test(row))
    const owner = terminal.screen().find(row => / │ ■ #[0-9A-F]{6} \w{4} owner$/.test(row))
    assert.ok(mine !== undefined && owner !== undefined, terminal.screen().join('\n'))
    assert.ok(owner.includes(` ${guest.userId.slice(0, 4)} owner`))
    const { x, y } = terminal.view.find(owner.slice(owner.indexOf('■')))
    assert.equal(
      terminal.cell(x, y).foreground,
      /#[0-9A-F]{6}/.exec(owner)?.[0],
      'the swatch is the colour as given',
    )

    const crowd = await Promise.all(Array.from({ length: 30 }, () => WireClient.hello(server.url)))
    for (const client of crowd) await client.ask({ type: 'chat.join', room }, 'chat.joined')
    await terminal.waitFor('│ 32 people here:')
    await terminal.waitFor(view => view.text().some(row => /│ and \d+ more$/.test(row)))
    for (const client of crowd) await client[Symbol.asyncDispose]()
    await terminal.waitFor('│ 2 people here:')
    terminal.type(ALT_P)
    await terminal.waitFor(view => !view.text().join().includes('│'))
    assert.ok(terminal.screen().includes('▎hello'))
  })
}

test('a wide window shows the people beside the conversation until they are hidden', async () => {
  await using server = await startTestServer()
  await using there = await openRoomOnScreen(server.url, { columns: 300, rows: 80 })
  const { terminal } = there
  await terminal.waitFor('│ 2 people here:')
  terminal.type(`mine${KEYS.enter}`)
  await terminal.waitFor(view => view.text().some(row => row.includes('mine▕ │')))
  terminal.resize(140, 40)
  await terminal.waitFor(view => view.rows === 40 && !view.text().join().includes('│'))
  terminal.resize(300, 80)
  await terminal.waitFor('│ 2 people here:')
  terminal.type(ALT_P)
  await terminal.waitFor(view => !view.text().join().includes('│'))
})

test('in a narrow window the same key lists the people in the conversation, in Korean too', async () => {
  await using server = await startTestServer()
  const env = { LANG: 'ko_KR.UTF-8' }
  await using there = await openRoomOnScreen(server.url, { columns: 40, rows: 10, env })
  const { terminal } = there
  terminal.type(ALT_P)
  await terminal.waitFor(view => view.text().some(row => /^ {2}■ #[0-9A-F]{6} \w{4} 나$/.test(row)))
  assert.ok(terminal.screen().some(row => /^ {2}■ #[0-9A-F]{6} \w{4} 방장$/.test(row)))
  terminal.resize(100, 20)
  await terminal.waitFor(view => view.rows === 20 && view.text()[18] === '› 메시지를 쓰세요. 도움말은 /help')
  terminal.type(`/사람${KEYS.enter}`)
  await terminal.waitFor(view => view.text().filter(row => row.includes('2명이 있습니다:')).length === 2)
})
