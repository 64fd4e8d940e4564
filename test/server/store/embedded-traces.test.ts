import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type ChatStore, type NewMessage, RoomGoneError } from '../../../server/chat/chat-store.ts'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { replaceFiles } from './broken-files.ts'
import { copyFiles, filesIn, tracesIn } from './store-files.ts'
import { gifOf, roomOf, show, silentLog } from './store-samples.ts'

let root: string
let directory: string
let store: ChatStore

const open = (at = directory) => openEmbeddedStore({ directory: at, durability: 'process', log: silentLog })

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'gifchat-traces-'))
  directory = join(root, 'living')
  store = await open()
})
afterEach(async () => {
  await store.close()
  rmSync(root, { recursive: true })
})

/** Numbers in [0, 1) that are the same in every run (a linear congruential generator). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const user = (trace: string) => ({ id: `${trace}user`, color: '#ABCDEF' })
const idOf = (trace: string) => `${trace}id`

/** A room that says `trace` wherever it says anything. */
const traced = (trace: string) =>
  roomOf(idOf(trace), {
    title: `${trace}title`,
    owner: user(trace),
    passwordHash: `${trace}hash`.padEnd(120, 'h'),
  })

/** Says `trace` in the room, and shows it as a GIF. */
async function fill(trace: string, messages = 3): Promise<void> {
  await store.createRoom(traced(trace))
  for (const id of ['a', 'b', 'c']) {
    const bytes = Buffer.from(`${trace}${id}`.repeat(200_000))
    await store.saveGif(idOf(trace), gifOf(id, bytes), bytes)
  }
  const said = Array.from({ length: messages }, (_, index): NewMessage => {
    const fields = { user: user(trace), clientMessageId: `${trace}${index}`, createdAt: 1 }
    if (index > 0) return { ...fields, text: trace }
    return { ...show({ ...gifOf('a', new Uint8Array()), name: `${trace}.gif` }, ''), ...fields }
  })
  for (let start = 0; start < said.length; start += 3_000) {
    const batch = said.slice(start, start + 3_000)
    await store.appendMessages([{ room: idOf(trace), firstSeq: start + 1, messages: batch }])
  }
}

test('not one byte of a purged room is in any file, nor its name, however many came and went', async () => {
  const random = randomOf(5)
  const said = new Map<string, number>()
  let nextTrace = 0
  const openRoom = async (): Promise<void> => {
    const trace = `-${nextTrace++}-`
    await store.createRoom(traced(trace))
    said.set(trace, 0)
    const bytes = Buffer.from(trace.repeat(1 + Math.floor(random() * 5_000)))
    await store.saveGif(idOf(trace), gifOf('g', bytes), bytes)
  }
  const speak = async (trace: string): Promise<void> => {
    const before = said.get(trace) ?? 0
    const messages = Array.from({ length: 1 + Math.floor(random() * 20) }, (_, index): NewMessage => {
      const clientMessageId = `${trace}${Math.floor(random() * 1e9).toString(36)}-${before + index}`
      if (random() < 0.05) {
        return {
          ...show({ ...gifOf('g', new Uint8Array()), name: trace }, clientMessageId),
          user: user(trace),
        }
      }
      const length = random() < 0.1 ? random() * 8_000 : random() * 200
      const text = trace.repeat(1 + Math.floor(length / trace.length))
      return { text, user: user(trace), clientMessageId, createdAt: 1_700_000_000_000 }
    })
    await store.appendMessages([{ room: idOf(trace), firstSeq: before + 1, messages }])
    said.set(trace, before + messages.length)
  }
  const pick = (): string => [...said.keys()][Math.floor(random() * said.size)] ?? ''

  while (said.size < 20) await openRoom()
  for (let round = 0; round < 60; round++) {
    for (let count = 0; count < 30; count++) await speak(pick())
    const purged = [...new Set([pick(), pick()])]
    assert.ok(purged.every(trace => tracesIn(directory, trace).length > 0))
    await store.purgeRooms(purged.map(idOf))
    for (const trace of purged) {
      said.delete(trace)
      assert.deepEqual(tracesIn(directory, trace), [], `round ${round}, room ${trace}`)
      await openRoom()
    }
  }
  assert.ok([...said.keys()].every(trace => tracesIn(directory, trace).length > 0))
})

test('nor of a room among hundreds in which nobody spoke', async () => {
  const random = randomOf(7)
  const living: string[] = []
  let nextTrace = 0
  const openRoom = async (): Promise<void> => {
    const trace = `-${nextTrace++}-`
    const room = traced(trace)
    await store.createRoom({ ...room, passwordHash: random() < 0.5 ? null : room.passwordHash })
    living.push(trace)
  }
  for (let round = 0; round < 40; round++) {
    while (living.length < 300) await openRoom()
    const purged = Array.from({ length: 5 + Math.floor(random() * 100) }, () =>
      living.splice(Math.floor(random() * living.length), 1),
    ).flat()
    await store.purgeRooms(purged.map(idOf))
    const contents = filesIn(directory).map(path => path + readFileSync(path, 'latin1'))
    const left = purged.filter(trace => contents.some(content => content.includes(trace)))
    assert.deepEqual(left, [], `round ${round}`)
    assert.equal(contents.length, living.length)
  }
  await store.purgeRooms(living.map(idOf))
  assert.deepEqual(readdirSync(join(directory, 'rooms')), [])
  assert.deepEqual(readdirSync(join(directory, 'ended')), [])
})

test('every file of a purged room is overwritten before it is unlinked', async () => {
  await fill('-wiped-', 15_000)
  const files = filesIn(join(directory, 'rooms'))
  assert.equal(files.length, 9)
  const atUnlink: boolean[] = []
  const end = replaceFiles({
    promises: {
      unlink: (call, [path]) => {
        atUnlink.push(readFileSync(String(path)).every(byte => byte === 0))
        return call()
      },
    },
  })
  await store.purgeRooms([idOf('-wiped-')])
  end()
  assert.deepEqual(
    atUnlink,
    files.map(() => true),
  )
})

test('nor of a GIF that was deleted', async () => {
  await fill('-gif-')
  await store.deleteGif(idOf('-gif-'), 'b'.repeat(22))
  assert.deepEqual(tracesIn(directory, 'b'.repeat(22)), [])
  assert.deepEqual(tracesIn(directory, '-gif-b-gif-b'), [])
  assert.equal(tracesIn(directory, '-gif-a-gif-a').length, 1)
})

/** Lets a server purge the room and die before a step; false when it had no such step. */
async function purgeAndKill(at: string, room: string, step: number): Promise<boolean> {
  const program = join(import.meta.dirname, 'embedded-process.ts')
  const args = ['--import', 'tsx', program, 'purge', at, room, String(step)]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  const [code, signal] = await once(child, 'exit')
  assert.ok(code === 0 || signal === 'SIGKILL', `${code} ${signal}`)
  return signal === 'SIGKILL'
}

test('recover finishes the purge of a server that was killed, at whichever step', async () => {
  for (const trace of ['-killed-', '-other-']) await fill(trace)
  const image = copyFiles(directory, join(root, 'image'))
  let step = 1
  // A few of the steps, the first and the last among them.
  for (; ; step += 4) {
    const at = copyFiles(image, join(root, `killed-${step}`))
    if (!(await purgeAndKill(at, idOf('-killed-'), step))) break
    assert.equal(readdirSync(join(at, 'ended')).length, 1, `step ${step}`)
    const next = await open(at)
    assert.deepEqual(
      (await next.findRooms()).map(({ title }) => title),
      ['-other-title'],
    )
    // Another room may have the name at once.
    await next.createRoom(roomOf(idOf('-killed-')))
    assert.equal(await next.findGif(idOf('-killed-'), 'a'.repeat(22)), undefined)
    assert.deepEqual(await next.readMessages(idOf('-killed-'), { limit: 1 }), [])
    await next.recover()
    assert.deepEqual(tracesIn(at, '-killed-user'), [], `step ${step}`)
    assert.deepEqual(readdirSync(join(at, 'ended')), [])
    await next.purgeRooms([idOf('-killed-')])
    assert.deepEqual(tracesIn(at, '-killed-'), [], `step ${step}`)
    await next.close()
  }
  assert.ok(step > 10, `${step} steps`)
})

test('a large room is gone at once and purged in steps, between which others are served', async () => {
  await fill('-large-', 9_000)
  for (const trace of ['-small-', '-living-']) await store.createRoom(traced(trace))
  let steps = 0
  const purged = store.purgeRooms([idOf('-large-'), idOf('-small-')]).then(() => 'purged')
  assert.deepEqual(
    (await store.findRooms()).map(({ title }) => title),
    ['-living-title'],
  )
  const served = async () => {
    const message = { text: 'on', user: user('-living-'), clientMessageId: `${++steps}`, createdAt: 1 }
    await store.appendMessages([{ room: idOf('-living-'), firstSeq: steps, messages: [message] }])
    return new Promise(resolve => setImmediate(resolve, 'served'))
  }
  while ((await Promise.race([purged, served()])) === 'served') assert.ok(steps < 10_000)
  assert.ok(steps > 10, `${steps} steps`)
  assert.deepEqual([...tracesIn(directory, '-large-'), ...tracesIn(directory, '-small-')], [])
  assert.equal((await store.readMessages(idOf('-living-'), { limit: 10_000 })).length, steps)
})

test('a GIF is read in parts, and whoever reads it while its room is purged gets no byte that was wiped', async () => {
  const bytes = Buffer.alloc(5.5 * 1024 * 1024, 7)
  await store.createRoom(roomOf('room'))
  await store.saveGif('room', gifOf('g', bytes), bytes)
  const stored = await store.readGif('room', gifOf('g', bytes).id)
  assert.equal(stored?.bytes, bytes.length)
  let read = 0
  const reading = (async () => {
    for await (const part of stored?.parts ?? []) {
      assert.ok(part.length <= 1024 * 1024 && part.every(byte => byte === 7))
      read += part.length
      if (read === 2 * 1024 * 1024) await store.purgeRooms(['room'])
    }
  })()
  await assert.rejects(reading, RoomGoneError)
  assert.equal(read, 2 * 1024 * 1024)
})
