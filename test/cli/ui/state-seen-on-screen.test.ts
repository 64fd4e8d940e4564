import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stateSeenOnScreen } from '../../../cli/ui/state-seen-on-screen.ts'
import { AppOnScreen } from '../../support/app-on-screen.ts'
import { AppUnderTest, NOON, roomOf } from '../../support/chat-fixtures.ts'

const rooms = Array.from({ length: 200 }, (_, age) => roomOf(`r${age}`, { createdAt: NOON - age * 1_000 }))
const inTheLobby = () => new AppUnderTest().network({ type: 'rooms', rooms })
const change = (room: string, people: number) => ({ type: 'roomChanged', room, people }) as const

test('a change that no row shows gives the screen no new state', () => {
  const app = inTheLobby()
  const seen = stateSeenOnScreen(() => app.state)
  const before = seen()
  app.network(change('r150', 5))
  assert.equal(seen(), before)
  app.network(change('r2', 5))
  assert.equal(seen(), app.state)
  app.network({ type: 'newRoom', room: roomOf('old', { createdAt: 0 }) })
  assert.equal(seen(), app.state, 'the number of rooms is seen')
  app.type('/')
  assert.equal(seen(), app.state, 'the cursor is seen')
})

test('changes behind a form or the help give the screen no new state', () => {
  for (const key of ['n', '?']) {
    const app = inTheLobby().type(key)
    const seen = stateSeenOnScreen(() => app.state)
    const before = seen()
    app.network(change('r2', 5), { type: 'removeRoom', room: 'r3' })
    assert.equal(seen(), before)
    app.press('escape')
    assert.equal(seen(), app.state)
    assert.equal(seen().lobby.rooms?.get('r2')?.people, 5)
  }
})

test('a password prompt that counts down gives a new state each time', () => {
  const app = inTheLobby().network({
    type: 'newRoom',
    room: roomOf('locked', { createdAt: NOON + 1, hasPassword: true }),
  })
  app.press('home', 'enter')
  const seen = stateSeenOnScreen(() => app.state)
  const before = seen()
  app.network(change('r2', 5))
  assert.equal(seen(), before)
  const { screen } = app.state
  assert.ok(screen.name === 'password')
  app.state = { ...app.state, screen: { ...screen, form: { ...screen.form, retryAt: NOON + 5_000 } } }
  for (const second of [1_000, 2_000, 6_000]) {
    app.now = NOON + second
    app.apply({ type: 'tick' })
    assert.equal(seen(), app.state)
  }
})

test('nothing is written for an unseen change, and the next visible one is drawn', async () => {
  await using app = new AppOnScreen()
  const old = rooms.map(room => ({ ...room, createdAt: room.createdAt - 86_400_000 }))
  app.client.emit({ type: 'rooms', rooms: old })
  await app.waitFor('200 open')
  const before = app.written
  for (let people = 2; people < 8; people++) {
    app.client.emit(change(`r${100 + people}`, people))
    await app.redrawn()
  }
  assert.equal(app.written, before)
  app.client.emit(change('r1', 9))
  await app.waitFor('9/10')
})
