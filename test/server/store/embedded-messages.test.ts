import assert from 'node:assert/strict'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  append,
  appendMuch,
  directory,
  killed,
  lastSeqIn,
  MUCH,
  MUCH_TEXTS,
  open,
  store,
  textsIn,
} from './living-store.ts'
import { segmentsOf } from './store-files.ts'
import { allAppended, bob, roomOf, say } from './store-samples.ts'

test('a write of several segments is read back whole, before short ones and after', async () => {
  const texts = [
    '짧은 말',
    ...Array.from({ length: 700 }, (_, index) => `${index} ${'긴'.repeat(1_900)}`),
    '끝 🎉',
  ]
  await append('one', 1, say('짧은 말', 'first'))
  await append('one', 2, ...texts.slice(1, -1).map(text => say(text, text.slice(0, 9))))
  assert.deepEqual(await textsIn(store, 'one'), texts.slice(0, -1))
  await append('one', texts.length, say('끝 🎉', 'last'))
  assert.deepEqual(
    segmentsOf(directory, 'one').map(path => path.slice(-25)),
    ['messages-000000000001.jsonl', 'messages-000000000702.jsonl'].map(name => name.slice(-25)),
  )
  for (const of of [store, await open(killed())]) {
    assert.deepEqual(await textsIn(of, 'one'), texts)
    const batch = { room: 'one', firstSeq: texts.length + 1, messages: [say('끝 🎉', 'last')] }
    const [[again] = []] = allAppended(await of.appendMessages([batch]))
    assert.deepEqual([again?.seq, again?.isDuplicate], [texts.length, true])
    if (of !== store) await of.close()
  }
})

test('what was acked is there after a kill, and known when it is sent again', async () => {
  await append('one', 1, say('first', 'a'), say('second', 'b', bob))
  await appendMuch('one', 3)
  await append('two', 1, say('other', 'a'))
  const next = await open(killed())
  assert.deepEqual(
    (await next.findRooms()).map(({ id }) => id),
    ['one', 'two'],
  )
  assert.deepEqual([await lastSeqIn(next, 'one'), await lastSeqIn(next, 'two')], [MUCH.length + 2, 1])
  const again = [say('first', 'a'), ...MUCH.slice(-1), say('new', 'new')]
  const batch = { room: 'one', firstSeq: MUCH.length + 3, messages: again }
  const [outcomes] = allAppended(await next.appendMessages([batch]))
  assert.deepEqual(
    outcomes?.map(({ seq, isDuplicate }) => [seq, isDuplicate]),
    [
      [1, true],
      [MUCH.length + 2, true],
      [MUCH.length + 3, false],
    ],
  )
  assert.deepEqual(await textsIn(next, 'one'), ['first', 'second', ...MUCH_TEXTS, 'new'])
  assert.deepEqual(await textsIn(next, 'two'), ['other'])
  await next.close()
})

test('a message alone costs the disk little more than what it says', async () => {
  const size = () => segmentsOf(directory, 'one').reduce((sum, path) => sum + statSync(path).size, 0)
  await append('one', 1, say('x', '0'))
  const before = size()
  for (let seq = 2; seq <= 101; seq++) await append('one', seq, say('x'.repeat(100), `${seq}`))
  assert.ok(size() - before < 100 * 250, `${size() - before} bytes`)
})

test('a room whose oldest segment was deleted goes on with what is left', async () => {
  await appendMuch('one', 1)
  const at = killed()
  const [oldest = '', second = ''] = segmentsOf(at, 'one')
  rmSync(oldest)
  const first = Number(/(\d+)\.jsonl$/.exec(second)?.[1])
  const next = await open(at)
  assert.equal(await lastSeqIn(next, 'one'), MUCH.length)
  const left = await next.readMessages('one', { limit: 10_000 })
  assert.deepEqual(
    [left[0]?.seq, left.at(-1)?.seq, left.length],
    [first, MUCH.length, MUCH.length - first + 1],
  )
  const oldestLeft = await next.readMessages('one', { limit: 2, from: 'oldest' })
  assert.deepEqual(
    oldestLeft.map(({ seq }) => seq),
    [first, first + 1],
  )
  assert.deepEqual(await next.readMessages('one', { beforeSeq: first, limit: 10 }), [])
  await next.appendMessages([{ room: 'one', firstSeq: MUCH.length + 1, messages: [say('on', 'on')] }])
  assert.equal((await next.readMessages('one', { limit: 1 }))[0]?.seq, MUCH.length + 1)
  await next.close()
})

test('every range reads the same, across segments, before a restart and after', async () => {
  await appendMuch('one', 1)
  const all = MUCH.map((message, index) => ({ seq: index + 1, ...message }))
  const seq = fc.integer({ min: 0, max: MUCH.length + 2 })
  const range = fc.record({
    afterSeq: seq,
    beforeSeq: seq,
    limit: fc.oneof(fc.integer({ min: 0, max: 20 }), seq),
    from: fc.constantFrom('oldest' as const, 'newest' as const),
  })
  assert.ok(segmentsOf(directory, 'one').length > 1)
  for (const of of [store, await open(killed())]) {
    await fc.assert(
      fc.asyncProperty(range, async ({ afterSeq, beforeSeq, limit, from }) => {
        const within = all.filter(({ seq }) => seq > afterSeq && seq < beforeSeq)
        assert.deepEqual(
          await of.readMessages('one', { afterSeq, beforeSeq, limit, from }),
          from === 'oldest' ? within.slice(0, limit) : within.slice(Math.max(0, within.length - limit)),
        )
      }),
      { numRuns: 100 },
    )
    if (of !== store) await of.close()
  }
})

test('while a long room is read for the first time others are served', async () => {
  for (let start = 0; start < 5; start++) {
    const messages = MUCH.map((message, index) => ({ ...message, clientMessageId: `${start} ${index}` }))
    await append('one', start * MUCH.length + 1, ...messages)
  }
  const next = await open(killed())
  let turns = 0
  const served = async () => {
    await next.appendMessages([{ room: 'two', firstSeq: ++turns, messages: [say('on', `${turns}`)] }])
    return 'served'
  }
  const read = next.readMessages('one', { limit: 1 }).then(() => 'read')
  while ((await Promise.race([read, served()])) === 'served')
    await new Promise(resolve => setImmediate(resolve))
  assert.ok(turns > 20, `${turns} turns`)
  assert.equal((await next.readMessages('two', { limit: 1_000 })).length, turns)
  await next.close()
})

test('a server with many rooms has few files open', async () => {
  const descriptors = () => readdirSync('/dev/fd').length
  const before = descriptors()
  const rooms = Array.from({ length: 600 }, (_, index) => `many-${index}`)
  for (const room of rooms) await store.createRoom(roomOf(room))
  for (let seq = 1; seq <= 3; seq++) {
    await store.appendMessages(rooms.map(room => ({ room, firstSeq: seq, messages: [say(room, `${seq}`)] })))
    assert.ok(descriptors() - before <= 260, `${descriptors() - before} more descriptors`)
  }
  for (const room of rooms) assert.deepEqual(await textsIn(store, room), [room, room, room])
  await store.close()
  assert.ok(descriptors() <= before)
})
