import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spokenLines, spokenLobby } from '../../../cli/linear/spoken-lines.ts'
import { AppUnderTest, messageOf, roomOf } from '../../support/chat-fixtures.ts'

test('who asks for the list of rooms of a server that has ended hears that it has ended', () => {
  const app = new AppUnderTest().network({ type: 'rooms', rooms: [roomOf('k3mw9x2a')] })
  assert.match(spokenLobby(app.state)[0] ?? '', /1 open/)
  app.network({ type: 'status', status: { state: 'closed', code: 4410, reason: 'serverEnded' } })
  assert.deepEqual(spokenLobby(app.state), [
    'The host ended this server: its rooms are gone. Quit, and start again to open a new one.',
  ])
})

test('what a bot says is heard as that', () => {
  const before = AppUnderTest.inRoom().state
  const app = AppUnderTest.inRoom()
  const said = { ...messageOf(1, 'built'), bot: true } as const
  app.network({ type: 'message', room: 'r1', message: said })
  assert.match(spokenLines(before, app.state).join('\n'), /^\d\d:\d\d #AC8D53 \S+ bot: built$/)
})
