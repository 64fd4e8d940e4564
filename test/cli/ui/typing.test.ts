import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRoomOnScreen } from '../../support/chat-room.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { KEYS } from '../../support/terminal.ts'

for (const [columns, rows] of [
  [80, 24],
  [40, 10],
] as const) {
  test(`a person who types is named until the message comes, at ${columns}×${rows}`, async () => {
    await using server = await startTestServer()
    await using there = await openRoomOnScreen(server.url, { columns, rows })
    const { guest, terminal, room } = there
    const height = () => terminal.screen().findIndex(row => row.startsWith('› '))
    const before = height()
    await guest.ask({ type: 'chat.typing', room }, 'chat.typed')
    await terminal.waitFor(view =>
      view.text().some(row => /^[─ ]+#[0-9A-F]{6}(?: \w{4})? is writing…/.test(row)),
    )
    assert.equal(height(), before, 'nothing moves')
    await there.say('there')
    await terminal.waitFor(view => !view.text().join().includes('is writing'))
    assert.ok(terminal.screen().includes('▎there'))
  })
}

test('the others are told now and then that one types, but not for commands or when it is switched off', async () => {
  await using server = await startTestServer()
  await using there = await openRoomOnScreen(server.url)
  const { guest, terminal } = there
  terminal.type('/who')
  await terminal.waitFor('› /who')
  terminal.type(KEYS.enter)
  await terminal.waitFor('2 people here')
  assert.equal(guest.all('chat.typing').length, 0)
  terminal.type('hello')
  const { users } = await guest.event('chat.typing')
  assert.notEqual(users[0]?.id, guest.userId)
  terminal.type(` you${KEYS.enter}`)
  await guest.event('chat.chat')
  assert.equal(guest.all('chat.typing').length, 1)

  await using silent = await openRoomOnScreen(server.url, { env: { GIFCHAT_TYPING: 'off' } })
  silent.terminal.type(`hello${KEYS.enter}`)
  await silent.guest.event('chat.chat')
  assert.equal(silent.guest.all('chat.typing').length, 0)
})
