import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { ChatStore, NewMessage } from '../../../server/chat/chat-store.ts'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { gifOf, roomOf, show, silentLog } from './store-samples.ts'

let directory: string
let store: ChatStore

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gifchat-traces-'))
  store = await openEmbeddedStore({ directory, durability: 'process', log: silentLog })
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

/** The files of the data directory in which `trace` can be read. */
const filesWith = (trace: string): readonly string[] =>
  readdirSync(directory).filter(name => readFileSync(join(directory, name)).includes(trace))

/** Numbers in [0, 1) that are the same in every run (a linear congruential generator). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const user = (trace: string) => ({ id: `${trace}user`, color: '#ABCDEF' })

/** A room that says `trace` wherever it says anything. */
const traced = (trace: string) =>
  roomOf(`${trace}id`, {
    title: `${trace}title`,
    owner: user(trace),
    passwordHash: `${trace}hash`.padEnd(120, 'h'),
  })

test('not one byte of a purged room is in any file, however its rows were moved about among the others', async () => {
  const random = randomOf(5)
  const said = new Map<string, number>()
  let nextTrace = 0
  const openRoom = async (): Promise<void> => {
    const trace = `<${nextTrace++}>`
    await store.createRoom(traced(trace))
    said.set(trace, 0)
    const bytes = Buffer.from(trace.repeat(1 + Math.floor(random() * 5_000)))
    await store.saveGif(`${trace}id`, gifOf('g', bytes), bytes)
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
    await store.appendMessages([{ room: `${trace}id`, firstSeq: before + 1, messages }])
    said.set(trace, before + messages.length)
  }
  const pick = (): string => [...said.keys()][Math.floor(random() * said.size)] ?? ''

  while (said.size < 20) await openRoom()
  for (let round = 0; round < 60; round++) {
    for (let count = 0; count < 30; count++) await speak(pick())
    const purged = [...new Set([pick(), pick()])]
    assert.ok(purged.every(trace => filesWith(trace).length > 0))
    await store.purgeRooms(purged.map(trace => `${trace}id`))
    for (const trace of purged) {
      said.delete(trace)
      assert.deepEqual(filesWith(trace), [], `round ${round}, room ${trace}`)
      await openRoom()
    }
  }
  assert.ok([...said.keys()].every(trace => filesWith(trace).length > 0))
})

test('nor of a room among hundreds in which nobody spoke', async () => {
  const random = randomOf(7)
  const living: string[] = []
  let nextTrace = 0
  const openRoom = async (): Promise<void> => {
    const trace = `<${nextTrace++}>`
    const room = traced(trace)
    await store.createRoom({ ...room, passwordHash: random() < 0.5 ? null : room.passwordHash })
    living.push(trace)
  }
  for (let round = 0; round < 40; round++) {
    while (living.length < 300) await openRoom()
    const purged = Array.from({ length: 5 + Math.floor(random() * 100) }, () =>
      living.splice(Math.floor(random() * living.length), 1),
    ).flat()
    await store.purgeRooms(purged.map(trace => `${trace}id`))
    const contents = readdirSync(directory).map(name => readFileSync(join(directory, name), 'latin1'))
    const left = purged.filter(trace => contents.some(content => content.includes(trace)))
    assert.deepEqual(left, [], `round ${round}`)
  }
})

test('the space of purged rooms is given back', async () => {
  const size = (): number => readFileSync(join(directory, 'gifchat.sqlite')).length
  const bytes = new Uint8Array(2_000_000).fill(7)
  await store.createRoom(traced('<small>'))
  await store.purgeRooms([])
  const before = size()
  await store.createRoom(traced('<big>'))
  await store.saveGif('<big>id', gifOf('g', bytes), bytes)
  await store.purgeRooms(['<big>id'])
  assert.ok(size() < before + 100_000, `${before} became ${size()}`)
})

/** Lets a server purge the room and kills it before the file is wiped. */
async function purgeAndKill(room: string): Promise<void> {
  const program = join(import.meta.dirname, 'embedded-process.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', program, 'purge', directory, room], {
    stdio: 'inherit',
  })
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL'])
}

test('recover finishes the purge of a server that was killed before it wiped the file', async () => {
  const bytes = Buffer.from('<killed>'.repeat(1_000))
  for (const trace of ['<killed>', '<other>']) await store.createRoom(traced(trace))
  await store.saveGif('<killed>id', gifOf('g', bytes), bytes)
  await store.appendMessages([
    {
      room: '<killed>id',
      firstSeq: 1,
      messages: [
        { text: '<killed>', user: user('<killed>'), clientMessageId: '<killed>1', createdAt: 1 },
        { ...show({ ...gifOf('g', bytes), name: '<killed>.gif' }, '<killed>2'), user: user('<killed>') },
      ],
    },
  ])
  await store.close()
  await purgeAndKill('<killed>id')
  assert.deepEqual(filesWith('<killed>'), ['gifchat.sqlite'])
  store = await openEmbeddedStore({ directory, durability: 'process', log: silentLog })
  await store.recover()
  assert.deepEqual(filesWith('<killed>'), [])
  assert.deepEqual(
    (await store.findRooms()).map(({ title }) => title),
    ['<other>title'],
  )
})

/** Fills the room with more than one step of a purge deletes. */
async function fill(trace: string): Promise<void> {
  await store.createRoom(traced(trace))
  for (const id of ['a', 'b', 'c']) {
    const bytes = Buffer.from(`${trace}${id}`.repeat(400_000))
    await store.saveGif(`${trace}id`, gifOf(id, bytes), bytes)
  }
  for (let seq = 1; seq <= 9_000; seq++) {
    const message = { text: trace, user: user(trace), clientMessageId: `${trace}${seq}`, createdAt: 1 }
    await store.appendMessages([{ room: `${trace}id`, firstSeq: seq, messages: [message] }])
  }
}

test('a large room is gone at once and purged in steps, between which others are served', async () => {
  await fill('<large>')
  for (const trace of ['<small>', '<living>']) await store.createRoom(traced(trace))
  let steps = 0
  const purged = store.purgeRooms(['<large>id', '<small>id']).then(() => 'purged')
  assert.deepEqual(
    (await store.findRooms()).map(({ title }) => title),
    ['<living>title'],
  )
  const served = async () => {
    const message = { text: 'on', user: user('<living>'), clientMessageId: `${++steps}`, createdAt: 1 }
    await store.appendMessages([{ room: '<living>id', firstSeq: steps, messages: [message] }])
    return new Promise(resolve => setImmediate(resolve, 'served'))
  }
  while ((await Promise.race([purged, served()])) === 'served') assert.ok(steps < 1_000)
  assert.ok(steps > 2, `${steps} steps`)
  assert.deepEqual([...filesWith('<large>'), ...filesWith('<small>')], [])
  assert.equal((await store.readMessages('<living>id', { limit: 1_000 })).length, steps)
  // The slots that were emptied are used again.
  await fill('<next>')
  assert.equal((await store.readMessages('<next>id', { limit: 10_000 })).length, 9_000)
})

test('recover finishes the purge of a large room whose server was killed after the first step', async () => {
  await fill('<large>')
  await store.close()
  await purgeAndKill('<large>id')
  store = await openEmbeddedStore({ directory, durability: 'process', log: silentLog })
  assert.deepEqual(await store.findRooms(), [])
  await store.createRoom(traced('<next>'))
  assert.equal(await store.findGif('<next>id', 'a'.repeat(22)), undefined)
  await store.recover()
  assert.deepEqual(filesWith('<large>'), [])
  assert.equal((await store.findRooms()).length, 1)
})
