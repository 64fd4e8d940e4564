import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { emptyPasswordForm } from '../../../cli/app/model/password-form.ts'
import { ko } from '../../../cli/i18n/ko.ts'
import { RequestError } from '../../../protocol/error-codes.ts'
import { AppOnScreen } from '../../support/app-on-screen.ts'
import { joinedOf, ME, messageOf, OTHER, roomOf } from '../../support/chat-fixtures.ts'
import { KEYS } from '../../support/terminal.ts'

const SIZES = [
  [80, 24],
  [40, 10],
] as const

for (const [columns, rows] of SIZES) {
  describe(`at ${columns}×${rows}`, () => {
    test('the list shows rooms that come and go, and how to open one', async () => {
      await using app = new AppOnScreen({ columns, rows })
      app.client.emit({ type: 'rooms', rooms: [] })
      await app.waitFor('Nobody is here yet.')
      app.client.emit({ type: 'newRoom', room: roomOf('r1', { title: '파티', hasPassword: true }) })
      await app.waitFor(view => view.text().some(row => /^› 파티 +1\/10 +private/.test(row)))
      assert.ok(app.view.cellOf('파티').isInverse)
      assert.ok(!app.view.isCursorShown)
      app.client.emit({ type: 'roomChanged', room: 'r1', people: 10 })
      await app.waitFor('10/10')
      app.type(KEYS.enter)
      await app.waitFor('This room is full')
      app.client.emit({ type: 'removeRoom', room: 'r1' })
      await app.waitFor('Nobody is here yet.')
      assert.equal(app.view.text().length, rows)
    })

    test('a room has a header, both sides, and the cursor in the composer', async () => {
      await using app = new AppOnScreen({ columns, rows })
      app.client.emit(
        joinedOf(roomOf('r1', { title: 'night train', people: 2 }), [messageOf(1, 'hello', OTHER)]),
      )
      await app.waitFor('hello')
      app.client.emit({ type: 'message', room: 'r1', message: messageOf(2, '안녕', ME) })
      await app.waitFor('안녕')
      const text = app.view.text()
      assert.match(text[0] ?? '', /^ night train {2}2\/10 people.* connected/)
      assert.ok(text.includes('▎hello'))
      assert.ok(text.some(row => /^ +안녕▕$/.test(row)))
      assert.equal(app.view.find('안녕').x, columns - 5)
      assert.equal(app.view.cellOf('▎hello').foreground, OTHER.color)
      assert.deepEqual(app.view.cursor, { x: 2, y: rows - 2 })
      assert.ok(app.view.isCursorShown)
      app.type('한글 👨‍👩‍👧!')
      await app.waitFor('› 한글')
      await app.waitFor(view => view.cursor.x === 10)
      app.type(KEYS.left + KEYS.left)
      await app.waitFor(view => view.cursor.x === 7)
      app.type(KEYS.altEnter)
      await app.waitFor(view => view.cursor.x === 2)
      assert.equal(app.view.cursor.y, rows - 2)
      assert.equal(app.view.find('› 한글').y, rows - 3)
    })

    test('a wrong password stays in the prompt, masked, and says how long to wait', async () => {
      const form = emptyPasswordForm('r1', '밤 기차를 기다리는 사람들의 아주 긴 이름을 가진 방'.repeat(2))
      const screen = { name: 'password', form } as const
      await using app = new AppOnScreen({ columns, rows, screen })
      app.client.refusals.set('join', new RequestError('wrongPassword', 'no', { retryAfterMs: 60_000 }))
      app.type('secret')
      await app.waitFor('••••••')
      assert.match(app.view.text()[0] ?? '', /^ "밤 .*…" is private$/)
      assert.ok(!app.view.text().join().includes('secret'))
      app.type(`\x14`)
      await app.waitFor('secret')
      app.type(KEYS.enter)
      await app.waitFor('Next try in')
      assert.deepEqual(
        app.client.calls.filter(call => call.startsWith('join')),
        ['join r1 {"password":"secret"}'],
      )
      assert.deepEqual(app.view.cursor, { x: 13, y: 2 })
    })

    test('the form for a room checks while one types, and the cursor follows the field', async () => {
      await using app = new AppOnScreen({ columns, rows })
      app.client.emit({ type: 'rooms', rooms: [] })
      await app.waitFor('Nobody')
      app.type('n')
      await app.waitFor('brave otters sing')
      assert.equal(app.view.cursor.y, 2)
      assert.deepEqual(app.view.cursor, app.view.find('brave otters sing'))
      assert.ok(app.view.cellOf('brave otters sing').isDim)
      app.type(`밤${KEYS.tab}0`)
      await app.waitFor('A number from 2 to 1000.')
      assert.equal(app.view.cursor.y, 4)
    })

    test('a lost connection is always shown, and one that ended for good says what to do', async () => {
      await using app = new AppOnScreen({ columns, rows })
      app.client.emit({ type: 'rooms', rooms: [roomOf('r1')] })
      await app.waitFor('room r1')
      const title = '밤 기차를 기다리는 사람들의 아주 긴 이름을 가진 방'
      const retryAt = performance.now() + 60_000
      app.client.emit({ type: 'status', status: { state: 'waiting', retryAt, attempt: 1 } })
      await app.waitFor(columns < 60 ? 'offline' : 'connection lost, next try in')
      assert.notEqual(app.view.cellOf(columns < 60 ? 'offline' : 'connection lost').foreground, undefined)
      app.client.emit(joinedOf(roomOf('r1', { title, hasPassword: true })))
      await app.waitFor('Write a message')
      assert.match(
        app.view.text()[0] ?? '',
        columns < 60 ? /^ 밤 .* offline$/ : /^ 밤 .* next try in \S+ \S+$/,
      )
      app.client.emit({ type: 'status', status: { state: 'closed', code: 4429, reason: 'flood' } })
      await app.waitFor(view => view.text().some(row => row.startsWith(' The server hung up')))
      assert.match(app.view.text()[0] ?? '', /^ 밤 .* offline$/)
    })

    test('quitting leaves the shell as it was', async () => {
      const app = new AppOnScreen({ columns, rows })
      await app.view.write('')
      await app.waitFor(view => view.isAlternate)
      app.type(KEYS.ctrlC)
      await app.shown
      await app.waitFor(view => !view.isAlternate)
      assert.ok(!app.view.isReady, 'bracketed paste is off')
      assert.deepEqual(
        app.view.text().filter(row => row !== ''),
        [],
      )
      app.store.close()
    })
  })
}

test('the connection is shown in words, and unread messages as a number', async () => {
  await using app = new AppOnScreen()
  app.client.emit(
    joinedOf(
      roomOf('r1'),
      Array.from({ length: 50 }, (_, index) => messageOf(index + 1, `m${index + 1}`)),
    ),
  )
  await app.waitFor('▎m50')
  app.client.emit({
    type: 'status',
    status: { state: 'waiting', retryAt: performance.now() + 60_000, attempt: 1 },
  })
  await app.waitFor('connection lost, next try in')
  app.client.emit({ type: 'status', status: { state: 'open' } })
  await app.waitFor('connected')
  app.type(KEYS.pageUp)
  await app.waitFor('older messages')
  app.client.emit({ type: 'message', room: 'r1', message: messageOf(51, 'news') })
  await app.waitFor('1 new ↓')
  assert.ok(app.view.cellOf('1 new').isInverse)
  app.type(KEYS.end)
  await app.waitFor('▎news')
  assert.ok(!app.view.text().join().includes('1 new'))
})

test('without color nothing is colored, and everybody has a tag', async () => {
  await using app = new AppOnScreen({ environment: { hasColor: false } })
  app.client.emit(joinedOf(roomOf('r1'), [messageOf(1, 'hello', OTHER)]))
  await app.waitFor('▎#AC8D53 othe')
  for (let y = 0; y < 24; y++) {
    for (let x = 0; x < 80; x++) assert.equal(app.view.cell(x, y).foreground, undefined)
  }
})

test('a resize changes the layout, down to 40×10 and back', async () => {
  await using app = new AppOnScreen()
  const words = 'a message that is long enough to be wrapped in a narrow window'
  app.client.emit(joinedOf(roomOf('r1'), [messageOf(1, words)]))
  await app.waitFor(`▎${words.slice(0, 40)}`)
  app.resize(40, 10)
  await app.waitFor(view => view.text()[8] === '› Write a message, or /help')
  assert.ok(app.view.text().every(row => row.length <= 40))
  assert.deepEqual(app.view.cursor, { x: 2, y: 8 })
  app.resize(80, 24)
  await app.waitFor(view => view.text()[22] === '› Write a message, or /help')
  assert.equal(app.view.text().filter(row => row.includes('Write a message')).length, 1)
})

test('in a wide window, the columns of a room stay near its title', async () => {
  await using app = new AppOnScreen({ columns: 300, rows: 80 })
  const title = 'a title of sixty characters, which is as long as one may be!'
  app.client.emit({ type: 'rooms', rooms: [roomOf('r1', { title })] })
  await app.waitFor(title)
  assert.ok(app.view.find('1/10').x < 100)
  assert.ok(app.view.find('■ #AC8D53').x < 140)
})

test('in Korean the columns are aligned, too', async () => {
  await using app = new AppOnScreen({ environment: { texts: ko } })
  app.client.emit({ type: 'rooms', rooms: [roomOf('r1', { title: '밤 기차', hasPassword: true })] })
  await app.waitFor('› 밤 기차')
  assert.match(app.view.text()[0] ?? '', /방 목록/)
  const row = app.view.text().find(line => line.startsWith('› 밤 기차'))
  assert.match(row ?? '', /1\/10 +비공개/)
  assert.equal(app.view.find('1/10').x, app.view.find('인원').x)
})

test('an idle room writes nothing', async () => {
  await using app = new AppOnScreen()
  app.client.emit(joinedOf(roomOf('r1'), [messageOf(1, 'hello')]))
  await app.waitFor('hello')
  const before = app.written
  app.store.dispatch({ type: 'tick' })
  app.client.emit({ type: 'sent', room: 'r1', clientMessageId: 'x', seq: 1, createdAt: 0 })
  await app.redrawn()
  assert.equal(app.written, before)
})
