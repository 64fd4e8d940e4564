import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { SlicedInput } from '../../../server/transport/sliced-input.ts'
import { LoopTurns } from '../../../server/turns/loop-turns.ts'

const SLICE = 512
const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

/** Sockets that share the turns. Each slice takes a millisecond of the clock. */
function sockets() {
  let now = 0
  const turns = new LoopTurns(() => now)
  const taken: string[] = []
  const open = (name: string) => {
    let reads = 0
    const stream = new Readable({ read: () => void reads++ })
    const bytes: Buffer[] = []
    stream.on('data', (slice: Buffer) => {
      now++
      taken.push(name)
      bytes.push(slice)
    })
    stream.on('end', () => taken.push(`${name} ended`))
    // An input uses no more of a socket.
    const socket = Object.assign(stream, { remoteAddress: '127.0.0.1' }) as unknown as Socket
    const input = new SlicedInput(socket, turns)
    const becomeWebSocket = (early: Buffer = Buffer.alloc(0)) => input.becomeWebSocket(name, early)
    return { stream, becomeWebSocket, bytes, reads: () => reads }
  }
  return { open, taken }
}

/** A chunk of so many slices, all of them different. */
const chunkOf = (slices: number): Buffer =>
  Buffer.concat(Array.from({ length: slices }, (_, index) => Buffer.alloc(SLICE, index)))

test('abuse 10: a chunk is taken in slice by slice, and who has sent little does not wait for all of it', async () => {
  const { open, taken } = sockets()
  const [flooder, guest] = [open('flooder'), open('guest')]
  flooder.becomeWebSocket()
  guest.becomeWebSocket()
  await nextTurn()
  flooder.stream.push(chunkOf(7))
  guest.stream.push(Buffer.from('one'))
  assert.deepEqual(taken, ['flooder', 'flooder', 'guest'])
  while (taken.length < 8) await nextTurn()
  assert.deepEqual(Buffer.concat(flooder.bytes), chunkOf(7), 'nothing is left out, and all is in order')
  assert.ok(flooder.bytes.every(slice => slice.length <= SLICE))
})

test('a socket is not read while some of its bytes wait', async () => {
  const { open } = sockets()
  const { stream, becomeWebSocket, bytes, reads } = open('flooder')
  becomeWebSocket()
  await nextTurn()
  const before = reads()
  assert.equal(stream.push(chunkOf(9)), false)
  while (bytes.length < 8) {
    assert.equal(reads(), before)
    await nextTurn()
  }
  while (bytes.length < 9) await nextTurn()
  await nextTurn()
  assert.equal(reads(), before + 1)
})

test('what comes while bytes wait, and the end of the stream, come behind them', async () => {
  const { open, taken } = sockets()
  const { stream, becomeWebSocket, bytes } = open('flooder')
  becomeWebSocket()
  await nextTurn()
  stream.push(chunkOf(5))
  stream.push(Buffer.from('more'))
  stream.push(null)
  while (taken.at(-1) !== 'flooder ended') await nextTurn()
  assert.deepEqual(Buffer.concat(bytes), Buffer.concat([chunkOf(5), Buffer.from('more')]))
})

test('nothing more is taken from a socket that was cut off', async () => {
  const { open, taken } = sockets()
  const { stream, becomeWebSocket } = open('flooder')
  becomeWebSocket()
  await nextTurn()
  stream.push(chunkOf(9))
  const before = taken.length
  stream.destroy()
  for (let turn = 0; turn < 9; turn++) await nextTurn()
  assert.equal(taken.length, before)
})

test('a socket that is paused gets no slice until it is resumed', async () => {
  const { open } = sockets()
  const { stream, becomeWebSocket, bytes } = open('flooder')
  becomeWebSocket()
  await nextTurn()
  stream.once('data', () => void stream.pause())
  stream.push(chunkOf(5))
  for (let turn = 0; turn < 9; turn++) await nextTurn()
  assert.equal(bytes.length, 1)
  stream.resume()
  while (bytes.length < 5) await nextTurn()
  assert.deepEqual(Buffer.concat(bytes), chunkOf(5))
})

test('F6 what came with an upgrade and behind it is taken in first, and in order', async () => {
  const { open } = sockets()
  const { stream, becomeWebSocket, bytes } = open('early')
  await nextTurn()
  stream.pause()
  becomeWebSocket(chunkOf(2))
  stream.push(Buffer.from('later'))
  stream.resume()
  while (bytes.length < 3) await nextTurn()
  assert.deepEqual(Buffer.concat(bytes), Buffer.concat([chunkOf(2), Buffer.from('later')]))
})

test('abuse 3: no slice keeps the memory of its chunk', async () => {
  const { open } = sockets()
  const { stream, becomeWebSocket, bytes } = open('hoarder')
  becomeWebSocket()
  await nextTurn()
  stream.push(chunkOf(9))
  while (bytes.length < 9) await nextTurn()
  assert.ok(bytes.every(({ buffer }) => buffer.byteLength <= SLICE))
})

test('HTTP waits for its turn where a WebSocket does not', async () => {
  const { open, taken } = sockets()
  const [flooder, guest, member] = [open('flooder'), open('guest'), open('member')]
  flooder.becomeWebSocket()
  member.becomeWebSocket()
  await nextTurn()
  flooder.stream.push(chunkOf(7))
  guest.stream.push(Buffer.from('GET'))
  member.stream.push(Buffer.from('hello'))
  assert.deepEqual(taken, ['flooder', 'flooder', 'member'])
  while (!taken.includes('guest')) await nextTurn()
})
