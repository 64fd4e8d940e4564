import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServerUnreachableError } from '../../../../cli/connection/client-events.ts'
import { readTypedLine } from '../../../../cli/linear/typed-line.ts'
import { AppUnderTest, roomOf } from '../../../support/chat-fixtures.ts'

const LISTED = 'k3mw9x2a'
const OTHER_SERVER = 'gifchat join ws://10.0.0.9:8005/h7k2mq9x'

const inLobby = () =>
  new AppUnderTest().network({
    type: 'rooms',
    rooms: [roomOf(LISTED), roomOf('m2m2m2m2', { hasPassword: true, title: 'locked' })],
  })
const paste = (app: AppUnderTest, text: string) => app.apply({ type: 'paste', text })
const effects = (app: AppUnderTest, type: string) => app.effects.filter(effect => effect.type === type)

test('a pasted line of a listed room enters it, whatever address of the server it names', () => {
  for (const host of ['localhost:8005', '192.168.7.7:8005']) {
    const app = paste(inLobby(), `$ npx gifchat join ws://${host}/${LISTED}\n`)
    assert.deepEqual(app.effects.at(-1), { type: 'join', room: LISTED })
  }
  const locked = paste(inLobby(), 'gifchat join ws://localhost:8005/m2m2m2m2')
  assert.ok(locked.state.screen.name === 'password' && locked.state.screen.form.title === 'locked')
})

test('a pasted line of a room that is not listed asks this server for it', () => {
  const app = paste(inLobby(), 'gifchat join ws://localhost:8005/zzzzzzzz')
  assert.deepEqual(app.effects.at(-1), { type: 'join', room: 'zzzzzzzz' })
})

test('a line that was typed into the filter is followed by Enter, and one read at once without it', () => {
  const typed = inLobby().type('/')
  for (const letter of `gifchat join ws://localhost:8005/${LISTED}`) typed.type(letter)
  assert.equal(effects(typed, 'join').length, 0)
  typed.press('enter')
  assert.equal(effects(typed, 'join').length, 1)
  assert.equal(effects(inLobby().type(`gifchat join ${LISTED}`), 'join').length, 1)
})

test('a line that is typed letter by letter goes there too, though its first letters are keys of the list', () => {
  for (const line of [`join ws://localhost:8005/${LISTED}`, `gifchat join ws://localhost:8005/${LISTED}`]) {
    const app = inLobby()
    for (const letter of line) app.type(letter)
    assert.equal(effects(app.press('enter'), 'join').length, 1, line)
  }
})

test('a pasted line of another server goes there, until Esc', () => {
  const app = paste(inLobby(), OTHER_SERVER)
  const invite = { server: 'ws://10.0.0.9:8005', room: 'h7k2mq9x' }
  assert.deepEqual(app.effects.at(-1), { type: 'visit', invite, isConfirmed: false })
  app.press('enter').press('escape')
  assert.equal(app.state.screen.name, 'lobby')
  assert.equal(app.effects.at(-1)?.type, 'forgetVisit')
  assert.equal(effects(app, 'join').length, 0)
})

test('another server that does not answer leaves the list of rooms, and says so', () => {
  const app = paste(inLobby(), OTHER_SERVER)
  app.apply({ type: 'visitFailed', error: new ServerUnreachableError('noAnswer', 'ws://10.0.0.9:8005') })
  assert.equal(app.state.screen.name, 'lobby')
  assert.match(app.notice ?? '', /No server answers at ws:\/\/10\.0\.0\.9:8005/)
})

test('a host on whose server others are is asked before it ends for a visit', () => {
  const app = paste(inLobby().apply({ type: 'hosting' }), OTHER_SERVER)
  app.apply({ type: 'guestsRemainOnVisit', guests: 2 })
  assert.match(app.notice ?? '', /2 others are connected.*Paste the line again/)
  paste(app, OTHER_SERVER)
  assert.ok(effects(app, 'visit').some(effect => effect.type === 'visit' && effect.isConfirmed))
})

test('a line with a wrong address says what is wrong, and other texts filter the list', () => {
  assert.match(paste(inLobby(), 'gifchat join ws://host').notice ?? '', /no room/)
  const app = paste(inLobby(), 'unch')
  assert.equal(app.state.lobby.filter.text, 'unch')
})

test('a screen reader takes the line as well', () => {
  const { state } = inLobby()
  const line = `gifchat join ws://localhost:8005/${LISTED}`
  assert.deepEqual(readTypedLine(state, line).events, [{ type: 'paste', text: line }])
})
