import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyPasswordForm } from '../../../cli/app/model/password-form.ts'
import { lobbyRows } from '../../../cli/app/view/lobby-layout.ts'
import { OWN_MISTAKES, RequestError } from '../../../protocol/error-codes.ts'
import { AppUnderTest, joinedOf, NOON, roomOf } from '../../support/chat-fixtures.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { KEYS, openTerminal } from '../../support/terminal.ts'

const busy = (retryAfterMs?: number) => new RequestError('rateLimited', 'too many joins', { retryAfterMs })
const joins = (app: AppUnderTest) => app.effects.filter(({ type }) => type === 'join').length

for (const [columns, rows] of [
  [80, 24],
  [40, 10],
] as const) {
  test(`the program waits for a busy server until Esc, at ${columns}×${rows}`, async () => {
    await using server = await FakeServer.start()
    server.addRoom('r1')
    let retryAfterMs: number | undefined = 60_000
    server.script = (request, connection) => {
      if (request.type !== 'chat.join' || retryAfterMs === undefined) return undefined
      connection.refuse(request.id, 'rateLimited', retryAfterMs)
      retryAfterMs = undefined
      return 'handled'
    }
    await using terminal = await openTerminal({ columns, rows, args: ['join', `${server.url}/r1`] })
    await terminal.waitFor('The server is busy; entering r1 in')
    terminal.type(KEYS.escape)
    await terminal.waitFor(view => !view.text().join().includes('busy'))
    retryAfterMs = 1
    await terminal.waitFor('› ')
    terminal.type(KEYS.enter)
    await terminal.waitFor('› Write a message')
    assert.equal(server.requests('chat.join').length, 3)
  })
}

test('with a screen reader, the wait for a busy server is heard, and an empty line gives it up', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  let isBusy = true
  server.script = (request, connection) => {
    if (request.type !== 'chat.join' || !isBusy) return undefined
    connection.refuse(request.id, 'rateLimited', 60_000)
    return 'handled'
  }
  await using terminal = await openTerminal({ args: ['join', `${server.url}/r1`, '--screen-reader'] })
  await terminal.waitFor('The server is busy; entering r1 in')
  await terminal.waitFor('An empty line goes back.')
  terminal.type(KEYS.enter)
  await terminal.waitFor('Type the title or the id')
  isBusy = false
  terminal.type(`r1${KEYS.enter}`)
  await terminal.waitFor('You are in room r1')
  assert.equal(server.requests('chat.join').length, 2)
})

test('with a screen reader, it is heard that a password is tried later, and when', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1', { password: 'tangerine', title: 'locked' })
  let retryAfterMs = 60_000
  server.script = (request, connection) => {
    if (request.type !== 'chat.join' || request.password === undefined || retryAfterMs === 0) return undefined
    connection.refuse(request.id, 'wrongPassword', retryAfterMs)
    retryAfterMs = 0
    return 'handled'
  }
  const { url } = server
  await using terminal = await openTerminal({ args: ['--screen-reader'], env: { GIFCHAT_SERVER: url } })
  const count = (start: string) => terminal.view.lines().filter(line => line.startsWith(start)).length
  await terminal.waitFor('Type the title or the id')
  terminal.type(`r1${KEYS.enter}`)
  await terminal.waitFor('Password (it is not shown)')
  terminal.type(`tangerin${KEYS.enter}`)
  await terminal.waitFor(() => count('Next try in') === 1)
  terminal.type(`tangerine${KEYS.enter}`)
  await terminal.waitFor(() => count('Next try in') === 2)
  terminal.type(KEYS.enter)
  await terminal.waitFor(() => count('Type the title or the id') === 2)
  terminal.type(`r1${KEYS.enter}`)
  await terminal.waitFor(() => count('Password (it is not shown)') === 3)
  terminal.type(`tangerine${KEYS.enter}`)
  await terminal.waitFor('You are in locked')
})

test('the next try for a room uses the same password', () => {
  const app = new AppUnderTest().network({ type: 'rooms', rooms: [roomOf('r1')] }).press('enter')
  app.apply({ type: 'joinRefused', room: 'r1', error: busy(2_000) })
  app.now = NOON + 1_999
  app.apply({ type: 'tick' })
  assert.equal(joins(app), 1)
  app.now = NOON + 2_000
  app.apply({ type: 'tick' })
  assert.equal(joins(app), 2)
  app.apply({ type: 'joinRefused', room: 'r1', error: new RequestError('roomFull', 'full') })
  assert.equal(app.state.screen.name, 'lobby')
  assert.match(app.notice ?? '', /full/)

  const locked = new AppUnderTest()
  locked.apply({ type: 'begin', screen: { name: 'password', form: emptyPasswordForm('r1', 'locked') } })
  locked.type('tangerine').press('enter')
  locked.apply({ type: 'joinRefused', room: 'r1', error: busy(2_000) })
  locked.now = NOON + 2_000
  locked.apply({ type: 'tick' })
  const tries = locked.effects.filter(effect => effect.type === 'join')
  assert.deepEqual(
    tries.map(({ password }) => password),
    ['tangerine', 'tangerine'],
  )
  locked.apply({ type: 'joinRefused', room: 'r1', error: new RequestError('wrongPassword', 'no') })
  assert.ok(locked.state.screen.name === 'password' && locked.state.screen.form.editor.text === '')
})

test('who gave wrong passwords before reads that, and not that the server is busy', () => {
  const app = new AppUnderTest().network({ type: 'rooms', rooms: [roomOf('r1')] }).press('enter')
  const shown = () =>
    lobbyRows(app.state)
      .flatMap(row => row.spans.map(span => span.text))
      .join('')
  const refused = (reason?: string) =>
    new RequestError('rateLimited', 'later', { retryAfterMs: 8_000, ...(reason && { reason }) })
  app.apply({ type: 'joinRefused', room: 'r1', error: refused() })
  assert.match(shown(), /The server is busy; entering/)
  app.apply({ type: 'joinRefused', room: 'r1', error: refused(OWN_MISTAKES) })
  assert.match(shown(), /You gave wrong passwords there before; entering .* in 8 sec/)
})

test('the notice of a restart disappears when the connection is back', () => {
  const app = AppUnderTest.inRoom().network({ type: 'serverRestart', retryAfterMs: 100 })
  assert.match(app.notice ?? '', /goes down/)
  app.network({ type: 'status', status: { state: 'waiting', retryAt: NOON, attempt: 1 } })
  assert.match(app.notice ?? '', /goes down/)
  app.network({ type: 'status', status: { state: 'open' } }, { ...joinedOf(roomOf('r1')), isResume: true })
  assert.equal(app.notice, undefined)
})
