import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decodeEnvelope,
  encodeEnvelope,
  type Parcel,
  packNodeParcel,
} from '../../../server/cluster/envelope.ts'

const NOTHING = Buffer.alloc(0)
const framesOf = (room: string, text: string): Parcel => {
  const body = Buffer.from(text)
  return { item: { kind: 'frames', room, lastSeq: 1, bytes: body.length }, body }
}
const headed = (head: object, body = ''): Buffer => Buffer.from(`${JSON.stringify(head)}\n${body}`)
const HEAD = { version: 1, from: 'node', count: 1, items: [] as object[] }

test('an envelope comes out as it went in, with the bytes of each item', () => {
  const parcels = [
    framesOf('one', 'line\nfeed 안녕'),
    { item: { kind: 'missed' } as const, body: NOTHING },
    framesOf('two', ''),
    framesOf('three', 'end'),
  ]
  const decoded = decodeEnvelope(encodeEnvelope({ from: 'node', count: 7 }, parcels.map(packNodeParcel)))
  assert.deepEqual(decoded, { from: 'node', count: 7, parcels })
})

test('what is no envelope of this version is told what is wrong with it, and nothing of it is taken', () => {
  const typing = { kind: 'typing', room: 'room', user: { id: 'ann', color: '#112233' } }
  for (const [bytes, problem] of [
    [Buffer.from('no line feed'), 'not an envelope'],
    [headed({ ...HEAD, version: 2 }), 'version'],
    [headed({ ...HEAD, from: '../x' }), 'from'],
    [headed({ ...HEAD, count: 0 }), 'count'],
    [headed({ ...HEAD, items: [{ kind: 'reboot' }] }), 'items.0.kind'],
    [headed({ ...HEAD, items: [{ ...typing, user: { id: 'ann', color: 'red' } }] }), 'items.0.user.color'],
    [headed({ ...HEAD, items: [typing, { ...typing, room: 'a b' }] }), 'items.1.room'],
    [
      headed({ ...HEAD, items: [{ kind: 'frames', room: 'room', lastSeq: 1, bytes: 3 }] }, 'ab'),
      'wrong length',
    ],
    [headed({ ...HEAD, items: [typing] }, 'more'), 'wrong length'],
    [Buffer.alloc(16 * 1024 * 1024 + 1), 'too large'],
  ] as const)
    assert.deepEqual(decodeEnvelope(bytes), { problem })
})

test('no bytes make the decoder throw', () => {
  const whole = encodeEnvelope({ from: 'node', count: 1 }, [packNodeParcel(framesOf('room', 'text'))])
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(whole.length), (bytes, at) => {
      decodeEnvelope(Buffer.from(bytes))
      decodeEnvelope(Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at)]))
    }),
  )
})
