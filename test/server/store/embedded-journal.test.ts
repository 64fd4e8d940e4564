import assert from 'node:assert/strict'
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, mock, test } from 'node:test'
import fc from 'fast-check'
import type { ChatStore, NewMessage } from '../../../server/chat/chat-store.ts'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { bob, GIF_BYTES, gifOf, roomOf, say, show, silentLog } from './store-samples.ts'

let root: string
let directory: string
let store: ChatStore
let copies = 0

const open = (at: string, log = silentLog) => openEmbeddedStore({ directory: at, durability: 'process', log })
const journalOf = (at: string): string => join(at, 'gifchat.journal')

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'gifchat-journal-'))
  directory = join(root, 'living')
  store = await open(directory)
  for (const id of ['one', 'two']) await store.createRoom(roomOf(id))
})
afterEach(async () => {
  await store.close()
  rmSync(root, { recursive: true })
})

/** What a server that is killed now would leave: a copy of its files as they are. */
function killed(at = directory): string {
  const copy = join(root, `killed-${copies++}`)
  cpSync(at, copy, { recursive: true })
  return copy
}

const append = async (room: string, firstSeq: number, ...messages: NewMessage[]) =>
  (await store.appendMessages([{ room, firstSeq, messages }]))[0] ?? []

/** More than the journal takes before it goes to the tables. */
const MUCH_TEXTS = Array.from({ length: 700 }, (_, index) => `${index}`.repeat(150))
const MUCH = MUCH_TEXTS.map((text, index) => say(text, `much ${index}`))

async function appendMuch(room: string, firstSeq: number): Promise<void> {
  for (const [index, message] of MUCH.entries()) await append(room, firstSeq + index, message)
}

const textsIn = async (of: ChatStore, room: string) =>
  (await of.readMessages(room, { limit: 10_000 })).map(message => ('text' in message ? message.text : 'gif'))

test('a write many times as long as the journal is read back and settled whole, before short ones and after', async () => {
  const texts = [
    '짧은 말',
    ...Array.from({ length: 700 }, (_, index) => `${index} ${'긴'.repeat(1_900)}`),
    '끝 🎉',
  ]
  await append('one', 1, say('짧은 말', 'first'))
  await append('one', 2, ...texts.slice(1, -1).map(text => say(text, text.slice(0, 9))))
  assert.ok(statSync(journalOf(directory)).size > 10 * 256 * 1024)
  assert.deepEqual(await textsIn(store, 'one'), texts.slice(0, -1))
  await append('one', texts.length, say('끝 🎉', 'last'))
  assert.ok(statSync(journalOf(directory)).size < 1_024)
  for (const of of [store, await open(killed())]) {
    assert.deepEqual(await textsIn(of, 'one'), texts)
    const [again] = await append('one', texts.length + 1, say('끝 🎉', 'last'))
    assert.deepEqual([again?.seq, again?.isDuplicate], [texts.length, true])
    if (of !== store) await of.close()
  }
})

test('what was acked is there after a kill, in the journal or in the tables, and known when it is sent again', async () => {
  await append('one', 1, say('first', 'a'), say('second', 'b', bob))
  await appendMuch('one', 3)
  await append('two', 1, say('other', 'a'))
  assert.ok(statSync(journalOf(directory)).size > 0)
  const next = await open(killed())
  assert.deepEqual(await textsIn(next, 'one'), ['first', 'second', ...MUCH_TEXTS])
  assert.deepEqual(await textsIn(next, 'two'), ['other'])
  assert.deepEqual(
    (await next.findRooms()).map(({ id, lastSeq }) => [id, lastSeq]),
    [
      ['one', MUCH.length + 2],
      ['two', 1],
    ],
  )
  const again = [say('first', 'a'), ...MUCH.slice(-1), say('new', 'new')]
  const [outcomes] = await next.appendMessages([{ room: 'one', firstSeq: MUCH.length + 3, messages: again }])
  assert.deepEqual(
    outcomes?.map(({ seq, isDuplicate }) => [seq, isDuplicate]),
    [
      [1, true],
      [MUCH.length + 2, true],
      [MUCH.length + 3, false],
    ],
  )
  await next.close()
})

test('a message alone costs the disk little more than what it says', async () => {
  const bytes = () =>
    ['gifchat.journal', 'gifchat.sqlite-wal'].map(name => statSync(join(directory, name)).size)
  await append('one', 1, say('x', '0'))
  const [journal = 0, log = 0] = bytes()
  for (let seq = 2; seq <= 101; seq++) await append('one', seq, say('x'.repeat(100), `${seq}`))
  const [journalAfter = 0, logAfter = 0] = bytes()
  assert.ok(journalAfter - journal < 100 * 400, `${journalAfter - journal} bytes`)
  assert.equal(logAfter, log)
})

test('wherever a journal was cut off, what comes before is there without a hole and can be gone on with', async () => {
  for (let seq = 1; seq <= 6; seq++) {
    await store.appendMessages([
      { room: 'one', firstSeq: seq, messages: [say(`하나 ${seq}`, `${seq}`)] },
      { room: 'two', firstSeq: seq * 2 - 1, messages: [say('a', `a${seq}`), say('b', `b${seq}`)] },
    ])
  }
  const image = killed()
  const lines = readFileSync(journalOf(image), 'utf8').split('\n')
  const { size } = statSync(journalOf(image))
  for (let cut = 0; cut <= size; cut += 13) {
    const copy = killed(image)
    truncateSync(journalOf(copy), cut)
    // What a loss of power leaves where bytes were on their way.
    if (cut % 2 === 0) appendFileSync(journalOf(copy), Buffer.alloc(300))
    const next = await open(copy)
    const one = await next.readMessages('one', { limit: 100 })
    const whole = lines.filter(
      (_, index) => Buffer.byteLength(lines.slice(0, index + 1).join('\n')) < cut,
    ).length
    assert.deepEqual(
      one.map(({ seq }) => seq),
      Array.from({ length: whole }, (_, index) => index + 1),
      `cut at ${cut}`,
    )
    assert.equal((await next.readMessages('two', { limit: 100 })).length, whole * 2)
    await next.appendMessages([{ room: 'one', firstSeq: whole + 1, messages: [say('on', 'on')] }])
    const copyOfCopy = killed(copy)
    await next.close()
    for (const at of [copy, copyOfCopy]) {
      const last = await open(at)
      assert.deepEqual(
        (await last.readMessages('one', { limit: 100 })).map(({ seq }) => seq),
        Array.from({ length: whole + 1 }, (_, index) => index + 1),
      )
      assert.deepEqual((await textsIn(last, 'one')).at(-1), 'on')
      await last.close()
      rmSync(at, { recursive: true })
    }
  }
})

test('what follows torn bytes in a journal is read again, whatever those are, and the log tells of them', async () => {
  await append('one', 1, say('first', '1'))
  const image = killed()
  const line = readFileSync(journalOf(image))
  for (const [torn, lines] of [
    [Buffer.from([0xff, 0xc3, 0x28]), 0],
    [Buffer.from('\xed\x95', 'latin1'), 0],
    [Buffer.alloc(5_000), 0],
    [Buffer.from('null\n17\n{}\n'), 3],
    [Buffer.concat([Buffer.from([0x0a, 0xed, 0x95, 0x0a]), line.subarray(0, 40)]), 2],
  ] as const) {
    let at = killed(image)
    appendFileSync(journalOf(at), torn)
    for (let seq = 2; seq <= 4; seq++) {
      const next = await open(at)
      await next.appendMessages([{ room: 'one', firstSeq: seq, messages: [say(`${seq}`, `${seq}`)] }])
      at = killed(at)
      await next.close()
    }
    const warn = mock.fn()
    const last = await open(at, { ...silentLog, warn })
    assert.deepEqual(await textsIn(last, 'one'), ['first', '2', '3', '4'])
    assert.deepEqual(
      warn.mock.calls.map(({ arguments: [details] }) => details),
      lines === 0 ? [] : [{ lines, messagesAfter: 0 }],
    )
    await last.close()
  }
})

test('a journal whose lines are in the tables already, or come after what is lost, adds nothing', async () => {
  for (let seq = 1; seq <= 3; seq++) await append('one', seq, say(`${seq}`, `${seq}`))
  const journal = readFileSync(journalOf(directory), 'utf8')
  await store.close()
  assert.equal(statSync(journalOf(directory)).size, 0)
  const [, , third] = journal.split('\n')
  for (const left of [journal, `${third?.replace('"firstSeq":3', '"firstSeq":5')}\n`]) {
    writeFileSync(journalOf(directory), left)
    store = await open(directory)
    assert.deepEqual(await textsIn(store, 'one'), ['1', '2', '3'])
    await append('one', 4, say('4', '4'))
    await store.recover()
    assert.deepEqual(await textsIn(store, 'one'), ['1', '2', '3', '4'])
    await store.purgeRooms(['one'])
    await store.createRoom(roomOf('one'))
    for (let seq = 1; seq <= 3; seq++) await append('one', seq, say(`${seq}`, `${seq}`))
    await store.close()
  }
  store = await open(directory)
})

test('of a room that ended before a kill the journal brings nothing back, and keeps nothing', async () => {
  await append('one', 1, say('<ended>', '1'))
  await append('two', 1, say('<living>', '1'))
  const journal = readFileSync(journalOf(directory))
  await store.purgeRooms(['one'])
  await store.close()
  // Killed before the journal was cleared.
  writeFileSync(journalOf(directory), journal)
  store = await open(directory)
  assert.deepEqual(
    (await store.findRooms()).map(({ id, lastSeq }) => [id, lastSeq]),
    [['two', 1]],
  )
  await store.recover()
  for (const file of ['gifchat.journal', 'gifchat.sqlite', 'gifchat.sqlite-wal']) {
    assert.ok(!readFileSync(join(directory, file)).includes('<ended>'), file)
  }
  assert.deepEqual(await textsIn(store, 'two'), ['<living>'])
})

test('an upload shown by a message that only the journal has outlives recover', async () => {
  await store.saveGif('one', gifOf('s', GIF_BYTES), GIF_BYTES)
  await append('one', 1, show({ ...gifOf('s', GIF_BYTES), name: 's.gif' }, '1'))
  const next = await open(killed())
  await next.recover()
  assert.ok(Buffer.from(GIF_BYTES).equals((await next.readGif('one', 's'.repeat(22))) ?? new Uint8Array()))
  await next.close()
})

test('every range reads the same, whatever part of it is in the tables', async () => {
  await appendMuch('one', 1)
  const all = MUCH.map((message, index) => ({ seq: index + 1, ...message }))
  const range = fc.record({
    afterSeq: fc.integer({ min: 0, max: MUCH.length + 1 }),
    beforeSeq: fc.integer({ min: 0, max: MUCH.length + 2 }),
    limit: fc.integer({ min: 0, max: MUCH.length + 1 }),
    from: fc.constantFrom('oldest' as const, 'newest' as const),
  })
  await fc.assert(
    fc.asyncProperty(range, async ({ afterSeq, beforeSeq, limit, from }) => {
      const within = all.filter(({ seq }) => seq > afterSeq && seq < beforeSeq)
      assert.deepEqual(
        await store.readMessages('one', { afterSeq, beforeSeq, limit, from }),
        from === 'oldest' ? within.slice(0, limit) : within.slice(Math.max(0, within.length - limit)),
      )
    }),
    { numRuns: 200 },
  )
})

test('the log tells how many messages can no longer be reached behind a torn line', async () => {
  for (let seq = 1; seq <= 5; seq++) await append('one', seq, say(`${seq}`, `${seq}`))
  await append('two', 1, say('a', 'a'))
  const at = killed()
  const lines = readFileSync(journalOf(at), 'utf8').split('\n')
  writeFileSync(journalOf(at), lines.with(2, '\0'.repeat(30)).join('\n'))
  const warn = mock.fn()
  const next = await open(at, { ...silentLog, warn })
  assert.deepEqual([await textsIn(next, 'one'), await textsIn(next, 'two')], [['1', '2'], ['a']])
  assert.deepEqual(warn.mock.calls[0]?.arguments[0], { lines: 1, messagesAfter: 2 })
  await next.close()
})
