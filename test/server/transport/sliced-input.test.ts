import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { SlicedInput } from '../../../server/transport/sliced-input.ts'
import { SocketReadTurn } from '../../../server/turns/socket-read-turn.ts'

const SLICE = 512
const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

/** Sockets that share the turns. Each slice takes a millisecond of the clock. */
function sockets() {
  let now = 0
  const turn = new SocketReadTurn(() => now)
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
    const input = new SlicedInput(stream as unknown as Socket, name, turn) // no more of it is used
    return { stream, input, bytes, reads: () => reads }
  }
  return { open, taken }
}

/** A chunk of so many slices, all of them different. */
const chunkOf = (slices: number): Buffer =>
  Buffer.concat(Array.from({ length: slices }, (_, index) => Buffer.alloc(SLICE, index)))

test('abuse 10: a chunk is taken in slice by slice, and who has sent little does not wait for all of it', async () => {
  const { open, taken } = sockets()
  const [flooder, guest] = [open('flooder'), open('guest')]
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
  const { stream, bytes, reads } = open('flooder')
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
  const { stream, bytes } = open('flooder')
  await nextTurn()
  stream.push(chunkOf(5))
  stream.push(Buffer.from('more'))
  stream.push(null)
  while (taken.at(-1) !== 'flooder ended') await nextTurn()
  assert.deepEqual(Buffer.concat(bytes), Buffer.concat([chunkOf(5), Buffer.from('more')]))
})

test('nothing more is taken from a socket that was cut off', async () => {
  const { open, taken } = sockets()
  const { stream } = open('flooder')
  await nextTurn()
  stream.push(chunkOf(9))
  const before = taken.length
  stream.destroy()
  for (let turn = 0; turn < 9; turn++) await nextTurn()
  assert.equal(taken.length, before)
})
