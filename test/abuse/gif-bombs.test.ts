// Abuse 6: GIFs that are harmless to send and costly to keep or to show. That both sides judge
// alike is in test/gif/gif-mutants.test.ts, and what a viewer sees of one in test/cli/gif/.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { GifDecoder } from '../../cli/gif/decode/gif-decoder.ts'
import { GifError } from '../../cli/gif/gif-stage.ts'
import { httpErrorSchema } from '../../protocol/server-messages.ts'
import { BAD_GIFS, STRANGE_GIFS } from '../support/gif-corpus.ts'
import { sampleGif } from '../support/gif-samples.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { WireClient } from '../support/wire-client.ts'

const MIB = 1024 * 1024
const MOST_BYTES = 300 * MIB

/** The most memory that a process ever had. */
const peakBytes = (pid: number | string): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024

const hasPeaks = process.platform === 'linux'
const whyNot = hasPeaks ? false : 'only Linux tells the most memory that a process had'

test('abuse 6: the server takes all kinds of bombs at once, refuses each by its name, in little memory', {
  skip: whyNot,
}, async () => {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-bombs-'))
  await using server = new ServerProcess({ port: await freePort(), data })
  await server.start()
  await using client = await WireClient.hello(server.url)
  const { room } = await client.ask({ type: 'room.create', title: 'bombs' }, 'room.created')
  await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const upload = async (bytes: Uint8Array) =>
    fetch(`http://127.0.0.1:${server.port}/rooms/${room.id}/gifs`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${client.token}`, Connection: 'close' },
      body: new Uint8Array(bytes),
    })
  await Promise.all([
    ...BAD_GIFS.map(async ({ name, bytes, expected }) => {
      const { reason } = httpErrorSchema.parse(await (await upload(bytes)).json())
      assert.equal(reason, expected, name)
    }),
    ...STRANGE_GIFS.map(async ({ name, bytes }) => {
      const { status } = await upload(bytes)
      assert.ok(status === 201 || status === 422, `${name}: ${status}`)
    }),
  ])
  assert.equal((await upload(sampleGif())).status, 201)
  const peak = peakBytes(server.pid ?? 0)
  assert.ok(peak <= MOST_BYTES, `${peak / MIB} MiB`)
  await rm(data, { recursive: true, force: true })
})

const BOX = { columns: 40, rows: 20 }

test('abuse 6: G4 the client refuses each bomb, shows each strange one, in little memory', {
  skip: whyNot,
}, async t => {
  const decoder = new GifDecoder()
  t.after(() => decoder.stopDecoding())
  const decode = (bytes: Uint8Array) => {
    const frames: unknown[] = []
    const listener = { onSize: () => {}, onFrame: (frame: unknown) => void frames.push(frame) }
    const task = {
      bytes: new Uint8Array(bytes),
      box: BOX,
      format: { type: 'cells', depth: 'truecolor' },
    } as const
    return decoder.decodeInWorker(task, listener).then(
      () => frames.length,
      (error: unknown) => (error instanceof GifError ? error.reason : error),
    )
  }
  await decode(sampleGif())
  const before = peakBytes('self')
  for (const { name, bytes, expected } of BAD_GIFS) {
    // How many bytes a GIF may have is for its server to say.
    if (expected !== 'tooLarge') assert.equal(typeof (await decode(bytes)), 'string', name)
  }
  for (const { name, bytes } of STRANGE_GIFS) {
    const shown = await decode(bytes)
    assert.ok(typeof shown === 'string' || (typeof shown === 'number' && shown > 0), `${name}: ${shown}`)
  }
  assert.equal(await decode(sampleGif({ frames: 3 })), 3)
  const grown = peakBytes('self') - before
  assert.ok(grown <= MOST_BYTES, `${grown / MIB} MiB more`)
})
