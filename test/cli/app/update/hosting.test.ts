import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lobbyRows } from '../../../../cli/app/view/lobby-layout.ts'
import { AppUnderTest, joinedOf, ME, roomOf } from '../../../support/chat-fixtures.ts'

const effectsOf = (app: AppUnderTest) => app.effects.map(({ type }) => type)
const ASK_MS = 30_000

function withUnsentMessage(): AppUnderTest {
  const app = AppUnderTest.inRoom()
  const body = { text: 'not there yet' }
  const message = {
    room: 'r1',
    clientMessageId: 'm1',
    createdAt: app.now,
    queuedAt: app.now,
    body,
    state: 'sending',
  } as const
  app.network({ type: 'outgoing', message })
  app.now += 2_000
  return app
}

test('whoever quits while a message is not sent is told, and quits the second time', () => {
  const app = withUnsentMessage().press('ctrl+c')
  assert.match(app.notice ?? '', /One message is not sent yet/)
  assert.ok(!effectsOf(app).includes('quit'))
  app.press('ctrl+c')
  assert.ok(effectsOf(app).includes('quit'))
})

test('a message that was sent just now keeps nobody', () => {
  const app = withUnsentMessage()
  app.now -= 2_000
  assert.ok(effectsOf(app.press('ctrl+c')).includes('quit'))
  const offline = withUnsentMessage()
  offline.network({ type: 'status', status: { state: 'connecting' } })
  offline.now -= 2_000
  assert.ok(!effectsOf(offline.press('ctrl+c')).includes('quit'))
})

test('the question about quitting is forgotten after a while', () => {
  const app = withUnsentMessage().press('ctrl+c')
  app.now += ASK_MS
  app.press('ctrl+c')
  assert.ok(!effectsOf(app).includes('quit'))
})

test('a host is asked about guests, also while a message of the host is delayed', () => {
  const app = withUnsentMessage().apply({ type: 'hosting' }).press('ctrl+c')
  assert.ok(effectsOf(app).includes('quitUnlessGuests'))
  app.apply({ type: 'guestsRemain', guests: 2 })
  assert.match(app.notice ?? '', /2 others are connected/)
  assert.ok(!effectsOf(app).includes('quit'))
  assert.ok(effectsOf(app.press('ctrl+c')).includes('quit'))
})

test('only who runs the server shares it or leaves it running', () => {
  for (const command of ['/share', '/detach']) {
    const guest = AppUnderTest.inRoom().type(command).press('enter')
    assert.match(guest.notice ?? '', /does not run the server/)
    const host = AppUnderTest.inRoom().apply({ type: 'hosting' }).type(command).press('enter')
    assert.ok(effectsOf(host).includes(command === '/share' ? 'share' : 'detach'))
  }
})

const askedToShare = () => new AppUnderTest().apply({ type: 'hosting' }).type('s')

test('the question whether to open the server has all keys until y, Enter, n or Esc answers it', () => {
  assert.match(askedToShare().notice ?? '', /to your network\?/)
  for (const [columns, keys] of [
    [80, ' y Enter open it · n Esc leave it closed'],
    [20, ' y yes · n no'],
  ] as const) {
    const narrow = askedToShare().apply({ type: 'resize', columns, rows: 10 })
    const keysRow = lobbyRows(narrow.state).at(-1)
    assert.equal(keysRow?.spans.map(span => span.text).join(''), keys)
  }
  for (const yes of ['y', 'Y', 'ㅛ']) assert.ok(effectsOf(askedToShare().type(yes)).includes('share'))
  assert.ok(effectsOf(askedToShare().press('down', 'enter')).includes('share'))
  for (const no of [askedToShare().type('n'), askedToShare().type('ㅜ'), askedToShare().press('escape')]) {
    assert.equal(no.notice, undefined)
    assert.equal(no.state.screen.name, 'lobby', 'n opened no form')
    assert.ok(!effectsOf(no).includes('share'))
    assert.equal(no.type('x').state.lobby.filter.text, 'x', 'the keys are those of the list again')
  }
})

test('a word typed in the list of rooms opens no server to the network, whatever letters it has', () => {
  for (const word of ['tay', 'treet party', 'ㅏㅛ']) {
    const app = askedToShare()
    for (const letter of word) app.type(letter)
    assert.match(app.notice ?? '', /stays closed/)
    assert.equal(app.state.lobby.filter.text, '')
    app.press('enter')
    assert.ok(!effectsOf(app).includes('share'), word)
    assert.equal(app.notice, undefined)
  }
  const pasted = askedToShare().apply({ type: 'paste', text: 'gifchat join ws://elsewhere:8005/k3mw9x2a' })
  assert.match(pasted.notice ?? '', /stays closed/)
  assert.deepEqual(pasted.effects, [])
})

test('a shared server is told with its addresses, and invitations name them too, the first one first', () => {
  const app = AppUnderTest.inRoom().apply({ type: 'hosting' })
  app.apply({ type: 'shared', servers: ['ws://10.0.0.9:8005', 'ws://[fd00::2]:8005'] })
  const text = app.rows().join('\n')
  assert.match(text, /open to your network now/)
  assert.match(text, /ws:\/\/10\.0\.0\.9:8005\/r1/)
  assert.match(text, /ws:\/\/\[fd00::2\]:8005\/r1/)
  app.type('/invite').press('enter')
  const [first = '', second = ''] = app.rows().slice(-3)
  assert.match(first, /10\.0\.0\.9/)
  assert.match(second, /fd00::2/)
})

test('after the server has ended, a line stays in the composer with the reason', () => {
  const app = AppUnderTest.inRoom()
  app.network({ type: 'status', status: { state: 'closed', code: 4410, reason: 'serverEnded' } })
  assert.match(app.notice ?? '', /The host ended this server/)
  app.type('is anybody there').press('enter')
  assert.match(app.notice ?? '', /The host ended this server/)
  assert.equal(app.chat.composer.editor.text, 'is anybody there')
  assert.ok(!effectsOf(app).includes('say'))
  // Nothing can be said here any more: what follows a slash is a command.
  assert.equal(app.type('/').type('quit').chat.composer.editor.text, '/quit')
})

test('a server that was lost is told where the host is, and r runs another', () => {
  const app = AppUnderTest.inRoom().apply({ type: 'hosting' }, { type: 'hostingLost' })
  app.network({ type: 'status', status: { state: 'closed', code: 4410, reason: 'serverEnded' } })
  assert.match(app.notice ?? '', /ended from outside.*Ctrl-D/)
  app.type('is anybody there').press('enter')
  assert.match(app.notice ?? '', /ended from outside/)
  app.press('ctrl+u', 'ctrl+d')
  const screen = () =>
    lobbyRows(app.state)
      .map(row => row.spans.map(span => span.text).join(''))
      .join('\n')
  assert.match(screen(), /ended from outside.*r runs another/s)
  assert.doesNotMatch(screen(), /Looking who is there/)
  assert.ok(!effectsOf(app).includes('hostAgain'))
  assert.ok(effectsOf(app.type('r')).includes('hostAgain'))
  app.apply({ type: 'hosting' }).network({ type: 'status', status: { state: 'open' } })
  assert.doesNotMatch(screen(), /ended from outside/)
})

test('once the server is shared, the line that works here only is gone', () => {
  const app = new AppUnderTest().apply({ type: 'hosting' })
  app.network(joinedOf(roomOf('r1', { owner: ME })))
  app.type('/invite').press('enter')
  assert.equal(
    app
      .rows()
      .join()
      .match(/localhost/g)?.length,
    2,
  )
  app.apply({ type: 'shared', servers: ['ws://10.0.0.9:8005'] })
  assert.doesNotMatch(app.rows().join(), /localhost|this machine only/)
})
