import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { withTokenFileLock } from '../../../cli/identity/token-file-lock.ts'

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-lock-'))
})
after(() => rm(directory, { recursive: true, force: true }))

/** A process that takes the lock, says so, and holds it until it is told to let go. */
async function startHolder(path: string): Promise<ChildProcess & { readonly stdin: NodeJS.WritableStream }> {
  const module = JSON.stringify(join(import.meta.dirname, '../../../cli/identity/token-file-lock.ts'))
  const program = `
    import { once } from 'node:events'
    import { withTokenFileLock } from ${module}
    await withTokenFileLock(process.argv[1], async () => {
      console.log('held')
      await once(process.stdin, 'data')
    })
    process.exit()
  `
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

test('a holder whose work takes longer than the stale time keeps its lock', async () => {
  const path = join(directory, 'slow.lock')
  const times = { touchEveryMs: 50, staleMs: 1_000, lookEveryMs: 20, giveUpMs: 2_500 }
  const done = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const slow = withTokenFileLock(
    path,
    () => {
      started.resolve()
      return done.promise
    },
    times,
  )
  await started.promise
  await assert.rejects(
    withTokenFileLock(path, () => assert.fail('two at once'), times),
    /held by another process/,
  )
  done.resolve()
  await slow
  assert.equal(await withTokenFileLock(path, async () => 'free again', times), 'free again')
  assert.deepEqual(await readdir(directory), [])
})

test('the lock of a process that was killed is taken over', async () => {
  const path = join(directory, 'killed.lock')
  const holder = await startHolder(path)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  assert.deepEqual(await readdir(directory), ['killed.lock'])
  assert.equal(await withTokenFileLock(path, async () => 'taken over'), 'taken over')
  assert.deepEqual(await readdir(directory), [])
})

test('a process that lost its lock while it was stopped leaves the next holder’s lock alone', async () => {
  const path = join(directory, 'stopped.lock')
  const holder = await startHolder(path)
  holder.kill('SIGSTOP')
  await withTokenFileLock(path, async () => {
    holder.kill('SIGCONT')
    holder.stdin.write('let go\n')
    assert.deepEqual(await once(holder, 'exit'), [0, null])
    assert.deepEqual(await readdir(directory), ['stopped.lock'])
  })
  assert.deepEqual(await readdir(directory), [])
})
