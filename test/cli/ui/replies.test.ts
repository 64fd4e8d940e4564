import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRoomOnScreen } from '../../support/chat-room.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { KEYS } from '../../support/terminal.ts'

const ALT_UP = '\x1b[1;3A'

for (const [columns, rows] of [
  [80, 24],
  [40, 10],
] as const) {
  test(`a reply quotes the chosen message and leads back to it, at ${columns}×${rows}`, async () => {
    await using server = await startTestServer()
    await using there = await openRoomOnScreen(server.url, { columns, rows })
    const { guest, terminal } = there
    await there.say('is db1 back?')
    await there.say('and who has the pager?')
    await terminal.waitFor('the pager?')
    terminal.type(ALT_UP + ALT_UP)
    await terminal.waitFor('►is db1 back?')
    await terminal.waitFor('r reply')
    terminal.type('r')
    await terminal.waitFor(view => view.text().some(row => /^ ↳ #[0-9A-F]{6}.*: is db1/.test(row)))
    assert.ok(terminal.cellOf('↳').isDim)
    const { x, y } = terminal.view.find('↳')
    assert.ok(!terminal.cell(x + 2, y).isDim, 'a name keeps the contrast of its colour')
    terminal.type(`yes, since noon${KEYS.enter}`)
    const { message } = await guest.event('chat.chat', ({ message }) => message.replyTo !== undefined)
    assert.equal(message.replyTo, 1)
    await terminal.waitFor(view =>
      view.text().some(row => /^ +↳ #[0-9A-F]{6}(?: \w{4})?: is db1 back\? *▕$/.test(row)),
    )
    await terminal.waitFor(view => !view.text().some(row => row.startsWith(' ↳')))

    const said = 'two lines,\n한글 too'
    await there.say(said)
    await terminal.waitFor('▎한글 too')
    terminal.type(`${ALT_UP}c`)
    await terminal.waitFor('Copied')
    assert.equal(terminal.view.clipboard, said)
    terminal.type(KEYS.escape)
    await terminal.waitFor('▎two lines,')

    await there.say('thank you', { replyTo: 3 })
    await terminal.waitFor(view =>
      view.text().some(row => /^▎↳ #[0-9A-F]{6}(?: \w{4})?: yes, since noon/.test(row)),
    )
    terminal.type(ALT_UP)
    await terminal.waitFor('►thank you')
    terminal.type('g')
    await terminal.waitFor('yes, since noon◄')
    terminal.type('g')
    await terminal.waitFor('►is db1 back?')
  })
}

test('Esc cancels a reply, and /reply answers the newest message of the others', async () => {
  await using server = await startTestServer()
  await using there = await openRoomOnScreen(server.url, { env: { LANG: 'ko_KR.UTF-8' } })
  const { guest, terminal } = there
  terminal.type(`/답장 거기 누구 없어요?${KEYS.enter}`)
  await terminal.waitFor('아직 다른 사람이 쓴 메시지가 없습니다.')
  terminal.type('\x15')
  await there.say('점심 뭐 먹지')
  await terminal.waitFor('점심 뭐 먹지')
  terminal.type(`/reply${KEYS.enter}`)
  await terminal.waitFor('Esc 답장 취소')
  terminal.type(KEYS.escape)
  await terminal.waitFor(view => !view.text().join().includes('답장 취소'))
  terminal.type(`아무거나${KEYS.enter}`)
  const plain = await guest.event('chat.chat', ({ message }) => message.user.id !== guest.userId)
  assert.equal(plain.message.replyTo, undefined)
  terminal.type(`/답장 국수!${KEYS.enter}`)
  const reply = await guest.event('chat.chat', ({ message }) => 'text' in message && message.text === '국수!')
  assert.equal(reply.message.replyTo, 1)
  await terminal.waitFor(view =>
    view.text().some(row => /↳ #[0-9A-F]{6}(?: \w{4})?: 점심 뭐 먹지 *▕/.test(row)),
  )
})
