import assert from 'node:assert/strict'
import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mock, test } from 'node:test'
import type { ChatStore } from '../../../server/chat/chat-store.ts'
import { append, appendMuch, killed, lastSeqIn, open, store, textsIn } from './living-store.ts'
import { segmentsOf } from './store-files.ts'
import { GIF_BYTES, gifOf, roomOf, say, show, silentLog, wholeGif } from './store-samples.ts'

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
const seqsIn = async (of: ChatStore, room: string) =>
  (await of.readMessages(room, { limit: 10_000 })).map(({ seq }) => seq)

test('wherever a file was cut off, what comes before is there without a hole and can be gone on with', async () => {
  for (let seq = 1; seq <= 6; seq++) await append('one', seq, say(`하나 ${seq}`, `${seq}`))
  const image = killed()
  const [segment = ''] = segmentsOf(image, 'one')
  const bytes = readFileSync(segment)
  for (let cut = 0; cut <= bytes.length; cut += 7) {
    const copy = killed(image)
    const [path = ''] = segmentsOf(copy, 'one')
    truncateSync(path, cut)
    // What a loss of power leaves where bytes were on their way.
    if (cut % 2 === 0) appendFileSync(path, Buffer.alloc(300))
    const whole = bytes.subarray(0, cut).toString().split('\n').length - 1
    const next = await open(copy)
    assert.deepEqual(
      (await next.findRooms()).map(({ id }) => id),
      ['one', 'two'],
    )
    if (cut % 3 > 0) {
      assert.equal(await lastSeqIn(next, 'one'), whole, `cut at ${cut}`)
      assert.deepEqual(await seqsIn(next, 'one'), upTo(whole))
    }
    await next.appendMessages([{ room: 'one', firstSeq: whole + 1, messages: [say('on', 'on')] }])
    const copyOfCopy = killed(copy)
    await next.close()
    for (const at of [copy, copyOfCopy]) {
      const last = await open(at)
      assert.equal(await lastSeqIn(last, 'one'), whole + 1)
      assert.deepEqual(await seqsIn(last, 'one'), upTo(whole + 1))
      assert.equal((await textsIn(last, 'one')).at(-1), 'on')
      await last.close()
      rmSync(at, { recursive: true })
    }
  }
})

test('torn bytes are cut off before the next line, whatever they are, and the log tells of whole lines', async () => {
  await append('one', 1, say('first', '1'))
  const image = killed()
  const line = readFileSync(segmentsOf(image, 'one')[0] ?? '')
  for (const [torn, lines] of [
    [Buffer.from([0xff, 0xc3, 0x28]), 0],
    [Buffer.from('\xed\x95', 'latin1'), 0],
    [Buffer.alloc(5_000), 0],
    [Buffer.alloc(200_000, 'x'), 0],
    [line, 1], // its `seq` is not the next
    [Buffer.from('null\n17\n{}\n'), 3],
    [Buffer.concat([Buffer.from([0x0a, 0xed, 0x95, 0x0a]), line.subarray(0, 40)]), 2],
  ] as const) {
    let at = killed(image)
    appendFileSync(segmentsOf(at, 'one')[0] ?? '', torn)
    const warn = mock.fn()
    for (let seq = 2; seq <= 4; seq++) {
      const next = await open(at, { ...silentLog, warn })
      await next.appendMessages([{ room: 'one', firstSeq: seq, messages: [say(`${seq}`, `${seq}`)] }])
      at = killed(at)
      await next.close()
    }
    const last = await open(at)
    assert.deepEqual(await textsIn(last, 'one'), ['first', '2', '3', '4'])
    assert.deepEqual(
      warn.mock.calls.map(({ arguments: [details] }) => details),
      lines === 0 ? [] : [{ room: 'one', lines }],
    )
    await last.close()
  }
})

test('a line in the middle that lost its bytes ends the room there, and the log tells how many followed', async () => {
  for (let seq = 1; seq <= 5; seq++) await append('one', seq, say(`${seq}`, `${seq}`))
  const at = killed()
  const [segment = ''] = segmentsOf(at, 'one')
  const lines = readFileSync(segment, 'utf8').split('\n')
  writeFileSync(segment, lines.with(2, '\0'.repeat(30)).join('\n'))
  const warn = mock.fn()
  const next = await open(at, { ...silentLog, warn })
  assert.equal(await lastSeqIn(next, 'one'), 2)
  assert.deepEqual(await textsIn(next, 'one'), ['1', '2'])
  assert.deepEqual(warn.mock.calls[0]?.arguments[0], { room: 'one', lines: 3 })
  await next.appendMessages([{ room: 'one', firstSeq: 3, messages: [say('on', 'on')] }])
  assert.deepEqual(await textsIn(next, 'one'), ['1', '2', 'on'])
  await next.close()
})

test('a damaged line with more segments behind it is told, and nothing is cut off', async () => {
  await appendMuch('one', 1)
  await append('two', 1, say('other', '1'))
  const at = killed()
  const [segment = ''] = segmentsOf(at, 'one')
  const text = readFileSync(segment, 'utf8')
  writeFileSync(segment, text.replace('"much 9"', '"much 9'))
  const before = readFileSync(segment, 'utf8')
  const next = await open(at)
  await assert.rejects(next.readMessages('one', { limit: 10 }), /message 10 is damaged in .*jsonl/)
  assert.deepEqual(await textsIn(next, 'two'), ['other'])
  await next.close()
  assert.equal(readFileSync(segment, 'utf8'), before)
})

test('an upload shown by a message outlives recover, also when the server was killed before it was marked', async () => {
  await store.saveGif('one', gifOf('s', GIF_BYTES), GIF_BYTES)
  const unmarked = killed()
  await append('one', 1, show({ ...gifOf('s', GIF_BYTES), name: 's.gif' }, '1'))
  const marked = killed()
  const [segment = ''] = segmentsOf(marked, 'one')
  writeFileSync(join(unmarked, 'rooms/one', segment.split('/').at(-1) ?? ''), readFileSync(segment))
  for (const at of [marked, unmarked]) {
    for (let start = 0; start < 2; start++) {
      const next = await open(at)
      await next.recover()
      assert.ok((await wholeGif(next.readGif('one', 's'.repeat(22))))?.equals(GIF_BYTES))
      await next.close()
    }
  }
})

test('recover deletes what a killed server had begun to write: GIFs and rooms', async () => {
  await store.saveGif('one', gifOf('s', GIF_BYTES), GIF_BYTES)
  const at = killed()
  const gifs = join(at, 'rooms/one/gifs')
  for (const name of ['aaa.gif.part', 'aaa.unposted.json', 'bbb.unposted.json.part'])
    writeFileSync(join(gifs, name), GIF_BYTES)
  const two = join(at, 'rooms/two')
  writeFileSync(join(two, 'room.json.part'), readFileSync(join(two, 'room.json')))
  truncateSync(join(two, 'room.json'), 20)
  const next = await open(at)
  await next.recover()
  assert.deepEqual(
    (await next.findRooms()).map(({ id }) => id),
    ['one'],
  )
  assert.deepEqual(readdirSync(gifs), [])
  assert.deepEqual(readdirSync(join(at, 'rooms')), ['one'])
  assert.deepEqual(readdirSync(join(at, 'ended')), [])
  await next.createRoom(roomOf('two'))
  await next.close()
})
