import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { RoomGoneError, StoreUnavailableError } from '../../../server/chat/chat-store.ts'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { fillDisk, replaceFiles } from './broken-files.ts'
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
import { segmentsOf, tracesIn } from './store-files.ts'
import { say, silentLog } from './store-samples.ts'

/** Says what only the oldest segment has, and then as much as several segments take. */
async function fillOne(): Promise<void> {
  await append('one', 1, say('-trace-', '-trace-id-'))
  await appendMuch('one', 2)
  await append('two', 1, say('of two', 'x'))
}

/** Lets a server trim the room and die before a step; false when it had no such step. */
async function trimAndKill(at: string, step: number): Promise<boolean> {
  const program = join(import.meta.dirname, 'embedded-process.ts')
  const args = ['--import', 'tsx', program, 'trim', at, 'one', String(step)]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  const [code, signal] = await once(child, 'exit')
  assert.ok(code === 0 || signal === 'SIGKILL', `${code} ${signal}`)
  return signal === 'SIGKILL'
}

test('a server that is killed while it trims leaves the newest messages without a hole, and no trace', async () => {
  await fillOne()
  assert.ok(segmentsOf(directory, 'one').length > 1)
  const image = killed()
  let step = 1
  for (; ; step++) {
    const at = killed(image)
    if (!(await trimAndKill(at, step))) break
    const next = await open(at)
    await next.recover()
    assert.deepEqual(readdirSync(join(at, 'ended')), [], `step ${step}`)
    const texts = await textsIn(next, 'one')
    const all = ['-trace-', ...MUCH_TEXTS]
    assert.deepEqual(texts, all.slice(-texts.length), `step ${step}`)
    assert.equal(tracesIn(at, '-trace-').length, texts.length === all.length ? 1 : 0, `step ${step}`)
    assert.equal(await lastSeqIn(next, 'one'), all.length)
    assert.deepEqual(await textsIn(next, 'two'), ['of two'])
    await next.close()
  }
  assert.ok(step > 3, `${step} steps`)
})

test('a trimmed segment is overwritten before it is unlinked, and not one byte of it is in any file', async () => {
  await fillOne()
  const [oldest = '', ...others] = segmentsOf(directory, 'one')
  const bytes = others.reduce((sum, path) => sum + statSync(path).size, 0)
  const atUnlink: boolean[] = []
  const end = replaceFiles({
    promises: {
      unlink: (call, [path]) => {
        atUnlink.push(readFileSync(String(path)).every(byte => byte === 0))
        return call()
      },
    },
  })
  assert.equal(await store.trimRoom('one', bytes), bytes)
  end()
  assert.deepEqual(atUnlink, [true])
  assert.deepEqual(segmentsOf(directory, 'one'), others)
  assert.ok(!others.includes(oldest))
  assert.deepEqual(tracesIn(directory, '-trace-'), [])
})

test('others write and read while a room is trimmed, and it as well', async () => {
  await fillOne()
  let seq = MUCH.length + 2
  const trimmed = store.trimRoom('one', 0).then(() => 'trimmed')
  const said: string[] = []
  const served = async () => {
    said.push(`${seq}`)
    const [outcome] = await append('one', seq, say(`${seq}`, `on ${seq}`))
    assert.equal(outcome?.seq, seq++)
    await append('two', said.length + 1, say('on', `on ${seq}`))
    return new Promise(resolve => setImmediate(resolve, 'served'))
  }
  while ((await Promise.race([trimmed, served()])) === 'served') assert.ok(said.length < 10_000)
  assert.ok(said.length > 3, `${said.length} turns`)
  assert.deepEqual((await textsIn(store, 'one')).slice(-said.length), said)
  const at = killed()
  const next = await open(at)
  assert.deepEqual(await textsIn(next, 'one'), await textsIn(store, 'one'))
  await next.close()
})

test('a room that ends before its messages were read has nothing to trim, and is gone', async () => {
  await fillOne()
  const at = killed()
  const next = await open(at)
  const refused = assert.rejects(next.trimRoom('one', 0), RoomGoneError)
  await new Promise(resolve => setImmediate(resolve))
  await next.purgeRooms(['one'])
  await refused
  assert.deepEqual(tracesIn(at, '-trace-'), [])
  assert.deepEqual(readdirSync(join(at, 'ended')), [])
  await next.close()
})

test('a segment that could not be written yet does not push out the newest message', async () => {
  await fillOne()
  await store.trimRoom('one', 0)
  const [newest = ''] = segmentsOf(directory, 'one')
  let last = MUCH.length + 1
  while (statSync(newest).size < 1024 * 1024) await append('one', ++last, say('x'.repeat(100_000), `${last}`))
  const end = fillDisk()
  await assert.rejects(append('one', last + 1, say('lost', 'lost')), StoreUnavailableError)
  end()
  await store.trimRoom('one', 0)
  const next = await open(killed())
  for (const one of [store, next]) {
    const [message] = await one.readMessages('one', { limit: 1 })
    assert.equal(message?.seq, last)
  }
  await next.close()
})

test('with power, the name of a trimmed segment is gone for good before its bytes are wiped', async () => {
  await fillOne()
  const power = await openEmbeddedStore({ directory: killed(), durability: 'power', log: silentLog })
  await power.readMessages('one', { limit: 1 })
  const steps: string[] = []
  const end = replaceFiles({
    fs: {
      renameSync: (call, [from]) => {
        steps.push(String(from).includes('.jsonl') ? 'moved' : 'other')
        return call()
      },
    },
    handle: {
      sync: call => {
        steps.push('flushed')
        return call()
      },
      write: call => {
        steps.push('wiped')
        return call()
      },
    },
  })
  await power.trimRoom('one', 0)
  end()
  assert.ok(steps.indexOf('flushed') > steps.lastIndexOf('moved'), steps.join())
  assert.ok(steps.indexOf('wiped') > steps.indexOf('flushed'), steps.join())
  await power.close()
})
