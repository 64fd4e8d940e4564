import { clientFrame } from '../../load/frame-reader.ts'
import type { Abuse, Variant } from '../abuse.ts'
import { type Crowd, FOUR, MANY, streamFlood } from '../keep-flooding.ts'

const PING = 0x9
const RUN = 256

/** Bytes that are sent without a pause on each connection of a crowd. */
const bytesFlood =
  (crowd: Crowd, bytes: () => Buffer): Variant =>
  async ground => {
    const run = bytes()
    return streamFlood(ground, crowd, { frames: () => run })
  }

const repeated = (bytes: Buffer, count = RUN): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => bytes))

/** One byte of a text message that goes on: neither the first fragment's bit nor the last one's. */
const fragment = (isFirst: boolean): Buffer => {
  const frame = clientFrame('{', 0)
  frame[0] = isFirst ? 0x01 : 0x00
  return frame
}

const fragments = (): Buffer => Buffer.concat([fragment(true), repeated(fragment(false), 63)])
/** Ends each message, so that the next one may begin. */
const endedFragments = (): Buffer => Buffer.concat([fragments(), clientFrame('}', 0)])

/** The head of a frame of 2^40 bytes, masked. */
const announced = (): Buffer =>
  Buffer.from([0x81, 0xff, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 1, 2, 3, 4])

const nested = (): Buffer => clientFrame(`{"id":"1","type":${'['.repeat(16_000)}${']'.repeat(16_000)}}`)
const manyKeys = (): Buffer =>
  clientFrame(`{"id":"1","type":"hello",${Array.from({ length: 3_000 }, (_, key) => `"k${key}":0`)}}`)

export const frameAbuses: readonly Abuse[] = [
  {
    name: 'ping',
    what: 'pings',
    variants: {
      '4 connections, empty ones': bytesFlood(FOUR, () => repeated(clientFrame(Buffer.alloc(0), PING))),
      '4 connections, of 125 bytes': bytesFlood(FOUR, () => repeated(clientFrame(Buffer.alloc(125), PING))),
      '200 connections, of 125 bytes': bytesFlood(MANY, () => repeated(clientFrame(Buffer.alloc(125), PING))),
    },
  },
  {
    name: 'fragments',
    what: 'fragments of one byte',
    variants: {
      '4 connections, messages without an end': bytesFlood(FOUR, () => repeated(fragments())),
      '200 connections, messages without an end': bytesFlood(MANY, () => repeated(fragments())),
      '200 connections, messages of 65 fragments': bytesFlood(MANY, () => repeated(endedFragments(), 8)),
    },
  },
  {
    name: 'huge-frames',
    what: 'frames that are too large, or nearly',
    variants: {
      '4 connections, 1 TiB announced': bytesFlood(FOUR, () =>
        Buffer.concat([announced(), Buffer.alloc(256 * 1024)]),
      ),
      '200 connections, 1 TiB announced': bytesFlood(MANY, () =>
        Buffer.concat([announced(), Buffer.alloc(256 * 1024)]),
      ),
      '4 connections, 16,000 arrays in each other': bytesFlood(FOUR, () => repeated(nested(), 8)),
      '200 connections, 16,000 arrays in each other': bytesFlood(MANY, () => repeated(nested(), 8)),
      '200 connections, 3,000 unknown fields': bytesFlood(MANY, () => repeated(manyKeys(), 8)),
    },
  },
]
