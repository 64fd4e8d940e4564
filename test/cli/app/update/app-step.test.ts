import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { msUntilStepTick } from '../../../../cli/app/update/time/step-tick.ts'
import { FileError } from '../../../../cli/files/file-error.ts'
import { RequestError } from '../../../../protocol/error-codes.ts'
import {
  AppUnderTest,
  environmentOf,
  joinedOf,
  ME,
  messageOf,
  NOON,
  roomOf,
} from '../../../support/chat-fixtures.ts'

const numbered = (count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => messageOf(first + index, `m${first + index}`))

describe('the lobby', () => {
  const inLobby = (...rooms: readonly ReturnType<typeof roomOf>[]) =>
    new AppUnderTest().network({ type: 'rooms', rooms })

  test('enters an open room, and asks for the password of a private one first', () => {
    const open = inLobby(roomOf('r1')).press('enter')
    assert.equal(open.state.screen.name, 'entering')
    assert.deepEqual(open.effects, [{ type: 'join', room: 'r1' }])
    const shut = inLobby(roomOf('r1', { hasPassword: true })).press('enter')
    assert.equal(shut.state.screen.name, 'password')
    assert.deepEqual(shut.effects, [])
  })

  test('says that a room is full before a password is asked for', () => {
    const app = inLobby(roomOf('r1', { hasPassword: true, people: 10 })).press('enter')
    assert.equal(app.state.screen.name, 'lobby')
    assert.match(app.notice ?? '', /full/)
  })

  test('takes letters typed fast as keys of their own', () => {
    const app = inLobby(roomOf('a', { createdAt: 2 }), roomOf('b', { createdAt: 1 })).type('?xjq')
    assert.equal(app.state.lobby.selected, 'b')
    assert.deepEqual(app.effects, [{ type: 'quit' }])
  })

  test('shows again what was said when a join is refused, and watches on', () => {
    const error = new RequestError('noSuchRoom', 'no such room')
    const app = inLobby(roomOf('r1')).press('enter').apply({ type: 'joinRefused', room: 'r1', error })
    assert.equal(app.state.screen.name, 'lobby')
    assert.match(app.notice ?? '', /No such room/)
    assert.deepEqual(app.effects.at(-1), { type: 'watchRooms' })
  })
})

describe('the form for a room', () => {
  test('opens with n, also while Hangul is switched on', () => {
    for (const key of ['n', 'ㅜ']) assert.equal(new AppUnderTest().type(key).state.screen.name, 'create')
  })

  test('suggests a title, checks as one types, and opens the room', () => {
    const app = new AppUnderTest().type('n').press('tab').type('1').press('enter')
    assert.deepEqual(app.effects, [], 'a room for one is none')
    app.press('ctrl+u').type('5').press('tab').type('secret').press('enter')
    assert.deepEqual(app.effects, [
      { type: 'create', room: { title: 'brave otters sing', max: 5, password: 'secret' } },
    ])
    app.press('enter')
    assert.equal(app.effects.length, 1, 'it is opened once')
  })

  test('goes to the field that is wrong, and shows what the server has against it', () => {
    const app = new AppUnderTest().type('n').type(' ').press('tab', 'enter')
    assert.ok(app.state.screen.name === 'create' && app.state.screen.form.focus === 'title')
    app
      .type('x')
      .press('enter')
      .apply({ type: 'createRefused', error: new RequestError('tooManyRooms', '') })
    assert.ok(app.state.screen.name === 'create')
    assert.match(app.state.screen.form.problem?.(app.state.environment.texts) ?? '', /as many rooms/)
    app.press('escape')
    assert.equal(app.state.screen.name, 'lobby')
  })
})

describe('the password', () => {
  const asked = () =>
    new AppUnderTest().network({ type: 'rooms', rooms: [roomOf('r1', { hasPassword: true })] }).press('enter')
  const wrong = new RequestError('wrongPassword', 'wrong', { retryAfterMs: 2_000 })

  test('goes out on Enter; a wrong one keeps the prompt and says how long to wait', () => {
    const app = asked().type('x').press('enter')
    assert.deepEqual(app.effects, [{ type: 'join', room: 'r1', password: 'x' }])
    app.apply({ type: 'joinRefused', room: 'r1', error: wrong })
    assert.ok(app.state.screen.name === 'password')
    assert.equal(app.state.screen.form.retryAt, NOON + 2_000)
    assert.equal(app.state.screen.form.editor.text, '')
  })

  test('typed during the wait goes out when it is over, unless it is changed', () => {
    const app = asked().type('x').press('enter').apply({ type: 'joinRefused', room: 'r1', error: wrong })
    app.type('y').press('enter')
    assert.equal(app.effects.length, 1)
    app.now += 1_500
    app.apply({ type: 'tick' })
    assert.equal(app.effects.length, 1)
    assert.equal(msUntilStepTick(app.state), 500)
    app.now += 500
    app.apply({ type: 'tick' })
    assert.deepEqual(app.effects.at(-1), { type: 'join', room: 'r1', password: 'y' })
    assert.equal(app.effects.length, 2)
  })

  test('that is empty goes nowhere, and Escape goes back', () => {
    const app = asked().press('enter')
    assert.deepEqual(app.effects, [])
    assert.equal(app.press('escape').state.screen.name, 'lobby')
  })
})

describe('a room', () => {
  test('is entered wherever one is, tells its owner the line to hand on, and stops the list', () => {
    const app = new AppUnderTest().network(joinedOf(roomOf('r1', { owner: ME })))
    const [note] = app.chat.entries
    assert.ok(note?.kind === 'note')
    const words = note
      .lines(app.state.environment.texts)
      .flat()
      .map(span => span.text)
    assert.ok(words.join('').includes('gifchat join ws://localhost:8005/r1'))
    assert.deepEqual(app.effects, [{ type: 'unwatchRooms' }])
  })

  test('says what is typed, and keeps what cannot be said', () => {
    const app = AppUnderTest.inRoom().type('hello').press('enter')
    assert.deepEqual(app.effects.at(-1), { type: 'say', room: 'r1', text: 'hello' })
    app.apply({ type: 'paste', text: 'x'.repeat(2_001) }).press('enter')
    assert.match(app.notice ?? '', /at most 2,000\. Enter sends 2 messages/)
    assert.equal(app.chat.composer.editor.text.length, 2_001)
  })

  test('runs commands, and explains those that it does not know', () => {
    const app = AppUnderTest.inRoom().type('/gif ~/cat.gif').press('enter')
    assert.deepEqual(app.effects.at(-1), { type: 'postGif', room: 'r1', path: '~/cat.gif' })
    app.type('/nonsense').press('enter')
    assert.match(app.notice ?? '', /no \/nonsense/)
    app.press('ctrl+u').type('/gif').press('enter')
    assert.match(app.notice ?? '', /Which file/)
    app.press('ctrl+u').type('/leave').press('enter')
    assert.deepEqual(app.effects.slice(-2), [{ type: 'leave', room: 'r1' }, { type: 'watchRooms' }])
    const other = AppUnderTest.inRoom().type('x').press('ctrl+a', 'ctrl+d')
    assert.equal(other.chat.composer.editor.text, '', 'with a text it deletes')
    other.press('ctrl+d')
    assert.deepEqual(other.effects.slice(-2), [{ type: 'leave', room: 'r1' }, { type: 'watchRooms' }])
    assert.equal(app.state.screen.name, 'lobby')
  })

  test('takes escape sequences out of a paste', () => {
    const app = AppUnderTest.inRoom().apply({ type: 'paste', text: 'a\x1b[31mb\x1b]52;c;x\x07c' })
    assert.equal(app.chat.composer.editor.text, 'abc')
  })

  test('asks for older messages once when its top is seen, and says what went wrong', () => {
    const app = AppUnderTest.inRoom(numbered(50, 51)).press('pageUp', 'pageUp', 'pageUp', 'pageUp')
    app.press('pageUp')
    assert.deepEqual(
      app.effects.filter(({ type }) => type === 'loadOlder'),
      [{ type: 'loadOlder', room: 'r1', beforeSeq: 51 }],
    )
    app.apply({ type: 'olderFailed', room: 'r1', error: new RequestError('unavailable', '') })
    assert.match(app.notice ?? '', /try again/)
    app.press('pageUp').apply({ type: 'olderLoaded', room: 'r1', messages: numbered(50) })
    assert.equal(app.chat.oldestSeq, 1)
    app.press('home')
    assert.equal(
      app.effects.filter(({ type }) => type === 'loadOlder').length,
      2,
      'nothing is older than the first',
    )
  })

  test('moves Home and End in the text while there is one', () => {
    const app = AppUnderTest.inRoom(numbered(50)).type('abc').press('home')
    assert.equal(app.chat.composer.editor.cursor, 0)
    assert.equal(app.chat.scroll, 'end')
  })

  test('counts what is unread above the end, and End takes one there', () => {
    const app = AppUnderTest.inRoom(numbered(50)).press('pageUp')
    app.network({ type: 'message', room: 'r1', message: messageOf(51, 'new') })
    assert.equal(app.chat.unread.count, 1)
    app.press('end')
    assert.equal(app.chat.unread.count, 0)
    assert.equal(app.chat.scroll, 'end')
  })

  test('goes to its end with Escape while a draft is written, which stays', () => {
    const app = AppUnderTest.inRoom(numbered(50)).type('half a sentence').press('pageUp', 'escape')
    assert.equal(app.chat.scroll, 'end')
    assert.equal(app.chat.composer.editor.text, 'half a sentence')
  })

  test('sends failed messages again and gives the newest up', () => {
    const failed = (id: string) =>
      ({
        room: 'r1',
        clientMessageId: id,
        createdAt: NOON,
        queuedAt: NOON,
        body: { text: id },
        state: 'failed',
      }) as const
    const app = AppUnderTest.inRoom().network(
      { type: 'outgoing', message: failed('a') },
      { type: 'outgoing', message: failed('b') },
    )
    app.press('ctrl+r', 'ctrl+x')
    assert.deepEqual(app.effects.slice(-3), [
      { type: 'retry', message: 'a' },
      { type: 'retry', message: 'b' },
      { type: 'discard', message: 'b' },
    ])
    app.network({ type: 'discarded', room: 'r1', clientMessageId: 'b' })
    assert.deepEqual(
      app.chat.outgoing.map(message => message.clientMessageId),
      ['a'],
    )
  })

  test('is back at its end where a higher window shows all that is below', () => {
    const app = AppUnderTest.inRoom(numbered(30)).press('pageUp')
    assert.notEqual(app.chat.scroll, 'end')
    app.apply({ type: 'resize', columns: 80, rows: 30 })
    assert.notEqual(app.chat.scroll, 'end')
    app.apply({ type: 'resize', columns: 80, rows: 60 })
    assert.equal(app.chat.scroll, 'end')
  })

  test('ends in the lobby when the seat is lost, or at the password when it has a new one', () => {
    const gone = AppUnderTest.inRoom().network({
      type: 'lostSeat',
      room: 'r1',
      error: new RequestError('noSuchRoom', ''),
    })
    assert.equal(gone.state.screen.name, 'lobby')
    assert.match(gone.notice ?? '', /no longer in room r1/)
    const shut = AppUnderTest.inRoom().network({
      type: 'lostSeat',
      room: 'r1',
      error: new RequestError('wrongPassword', ''),
    })
    assert.equal(shut.state.screen.name, 'password')
  })

  test('says why a file can not be posted', () => {
    const app = AppUnderTest.inRoom().apply({
      type: 'fileRefused',
      path: '/tmp',
      error: new FileError('directory', '/tmp'),
    })
    assert.equal(app.notice, '/tmp is a directory: name a GIF file in it.')
  })
})

describe('Ctrl-C', () => {
  test('quits from every screen', () => {
    const screens = [
      new AppUnderTest(),
      new AppUnderTest().type('?'),
      new AppUnderTest().type('n'),
      AppUnderTest.inRoom(),
      AppUnderTest.inRoom().type('half a sentence').press('ctrl+c'),
    ]
    for (const app of screens) assert.deepEqual(app.press('ctrl+c').effects.at(-1), { type: 'quit' })
  })
})

describe('time', () => {
  test('passes on the screen only where something grows old', () => {
    assert.equal(msUntilStepTick(AppUnderTest.inRoom().state), undefined)
    assert.equal(msUntilStepTick(new AppUnderTest().state), 30_000)
    const lost = AppUnderTest.inRoom(undefined, environmentOf())
    lost.network({ type: 'status', status: { state: 'waiting', retryAt: NOON + 4_000, attempt: 1 } })
    assert.equal(msUntilStepTick(lost.state), 1_000)
  })
})
