import { setTimeout as sleep } from 'node:timers/promises'
import { BAD_GIFS } from '../../../test/support/gif-corpus.ts'
import { writeFrame, writeGif } from '../../../test/support/gif-writer.ts'
import type { Abuse, Ground, Variant } from '../abuse.ts'
import { FloodConnection } from '../flood-connection.ts'
import { openOwnRooms } from '../flood-rooms.ts'
import { crowdFlood, cutAtTheEnd } from '../keep-flooding.ts'

type OwnRoom = Awaited<ReturnType<typeof openOwnRooms>>[number]

/** Where the first colour of the palette stands: another one makes another GIF. */
const PALETTE_AT = 13
const SIDE = 1_280
const LARGE_FRAMES = 4
const TRAILER = Uint8Array.of(0x3b)

/** A GIF of some 4 MB that can't be compressed. */
function largeGif(random: () => number): Buffer {
  const indices = Uint8Array.from({ length: SIDE * SIDE }, () => Math.floor(random() * 8))
  const palette = Array.from({ length: 8 }, (_, color) => [color * 30, 0, 255 - color * 30] as const)
  const size = { width: SIDE, height: SIDE }
  const start = writeGif({ ...size, palette, frames: [] }).subarray(0, -1)
  const frame = writeFrame({ ...size, delayMs: 100, indices })
  return Buffer.concat([start, ...Array.from({ length: LARGE_FRAMES }, () => frame), TRAILER])
}

function uploadHead({ id, token }: OwnRoom, bytes: number): string {
  return [
    `POST /rooms/${id}/gifs HTTP/1.1`,
    'Host: x',
    `Authorization: Bearer ${token}`,
    'Content-Type: image/gif',
    `Content-Length: ${bytes}`,
    '\r\n',
  ].join('\r\n')
}

/** Uploads on one connection after the other, as fast as they are taken. */
const uploads =
  (fileOf: (ground: Ground) => (count: number) => Buffer): Variant =>
  async ground => {
    const rooms = await openOwnRooms(ground, 4, room => room)
    const file = fileOf(ground)
    let count = 0
    return crowdFlood({ connections: 40, addresses: 1 }, async (_, index, until) => {
      const room = rooms[index % rooms.length]
      const connection = room && (await FloodConnection.plain({ ...ground, from: room.address }))
      if (room === undefined || connection === undefined) return false
      const bytes = file(count++)
      await cutAtTheEnd(connection, until, async () => {
        await connection.write(uploadHead(room, bytes.length))
        await connection.write(bytes)
        // A GIF is answered, or refused, within this time.
        await sleep(50)
      })
      connection.cut()
      return true
    })
  }

const bombs = () => (count: number) => BAD_GIFS[count % BAD_GIFS.length]?.bytes ?? Buffer.alloc(0)

const largest = ({ random }: Ground) => {
  const gif = largeGif(random)
  return (count: number) => {
    const copy = Buffer.from(gif)
    copy.writeUInt16LE(count & 0xffff, PALETTE_AT)
    return copy
  }
}

const TRANSFERS = 48
/** So many transfers of one address run at once. */
const UPLOADS_EACH = 8
const DOWNLOADS_EACH = 16

/** Each upload is alive, and never done: a byte in half a second. */
const slowUploads =
  (addresses: number): Variant =>
  async ground => {
    const rooms = await openOwnRooms(ground, addresses, room => room)
    const gif = largeGif(ground.random)
    return crowdFlood({ connections: TRANSFERS, addresses: 1 }, async (_, index, until) => {
      const room = rooms[index % rooms.length]
      const connection = room && (await FloodConnection.plain({ ...ground, from: room.address }))
      if (room === undefined || connection === undefined) return false
      await cutAtTheEnd(connection, until, async () => {
        await connection.write(uploadHead(room, gif.length))
        for (let at = 0; await connection.write(gif.subarray(at, at + 1)); at++) await sleep(500)
      })
      return true
    })
  }

/** Each download is alive, and never done: some 64 kB in a second. */
const slowDownloads =
  (addresses: number): Variant =>
  async ground => {
    const rooms = await openOwnRooms(ground, addresses, room => room)
    const gif = largeGif(ground.random)
    const files = await Promise.all(rooms.map(room => uploaded(ground, room, gif)))
    return crowdFlood({ connections: TRANSFERS, addresses: 1 }, async (_, index, until) => {
      const room = rooms[index % rooms.length]
      const connection = room && (await FloodConnection.plain({ ...ground, from: room.address }))
      if (room === undefined || connection === undefined) return false
      connection.stopReading()
      const path = `/rooms/${room.id}/gifs/${files[index % rooms.length]}`
      await cutAtTheEnd(connection, until, async () => {
        await connection.write(
          `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${room.token}\r\n\r\n`.repeat(20),
        )
        await connection.sip(1_000, until)
      })
      return true
    })
  }

async function uploaded({ port }: Ground, room: OwnRoom, gif: Buffer): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/rooms/${room.id}/gifs`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${room.token}` },
    body: new Uint8Array(gif),
  })
  if (response.status !== 201) throw new Error(`an upload was answered ${response.status}`)
  // The answer of an upload (PROTOCOL.md G1).
  return ((await response.json()) as { id: string }).id
}

export const transferAbuses: readonly Abuse[] = [
  {
    name: 'slow-uploads',
    what: `${TRANSFERS} slow uploads`,
    variants: {
      'of one address': slowUploads(1),
      'of 6 addresses': slowUploads(TRANSFERS / UPLOADS_EACH),
    },
  },
  {
    name: 'slow-downloads',
    what: `${TRANSFERS} slow downloads`,
    variants: {
      'of one address': slowDownloads(1),
      'of 3 addresses': slowDownloads(TRANSFERS / DOWNLOADS_EACH),
    },
  },
  {
    name: 'gif-bombs',
    what: 'uploads of GIFs as fast as they are taken',
    variants: {
      [`${BAD_GIFS.length} kinds of bombs`]: uploads(bombs),
      'the largest that are allowed': uploads(largest),
    },
  },
]
