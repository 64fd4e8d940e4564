import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'
import { KEYS, openTerminal } from '../../support/terminal.ts'

const bin = join(import.meta.dirname, '../../../bin/gifchat.js')

/** Runs the built program without a terminal. */
function run(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly error: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; out: string; error: string }>()
  const child = execFile(process.execPath, [bin, ...args], (_error, out, error) =>
    resolve({ code: child.exitCode ?? -1, out, error }),
  )
  return promise
}

describe('the command line', () => {
  test('explains every command with examples', async () => {
    for (const command of [
      [],
      ['rooms'],
      ['create'],
      ['join'],
      ['send'],
      ['tail'],
      ['whoami'],
      ['doctor'],
      ['wire'],
      ['completion'],
      ['serve'],
    ]) {
      const { code, out } = await run(...command, '--help')
      assert.equal(code, 0)
      assert.match(out, /Examples:\n +.*gifchat/, command.join())
    }
  })

  test('answers mistakes with a sentence and 2', async () => {
    const mistakes = [
      ['nonsense'],
      ['--nonsense'],
      ['join'],
      ['create', '--max', '1'],
      ['create', '   '],
      ['join', 'a/b/c'],
    ]
    for (const mistake of mistakes) {
      const { code, out, error } = await run(...mistake)
      assert.equal(code, 2, mistake.join(' '))
      assert.equal(out, '')
      assert.match(error, /\w/)
      assert.doesNotMatch(error, /\n +at /)
    }
  })

  test('says what to use instead where a command needs a screen and there is none', async () => {
    for (const args of [[], ['create'], ['join', 'abc']]) {
      const { code, error } = await run(...args)
      assert.equal(code, 2)
      assert.match(error, /needs a terminal/)
    }
  })
})

describe('in a terminal', () => {
  test('a missing or full room ends the program with its exit code before the screen is taken', async () => {
    await using server = await startTestServer()
    await using gone = await openTerminal({ args: ['join', `${server.url}/abcdefgh`] })
    assert.equal(await gone.exited, 4)
    assert.ok(gone.screen().join('\n').startsWith('There is no such room'))
    await using owner = await RecordedClient.connect({ server: server.url })
    const room = await owner.client.createRoom({ title: 'for two', max: 2 })
    await owner.client.join(room.id)
    await using second = await RecordedClient.connect({ server: server.url })
    await second.client.join(room.id)
    await using full = await openTerminal({ args: ['join', `${server.url}/${room.id}`] })
    assert.equal(await full.exited, 6)
    await using nobody = await openTerminal({ args: ['join', 'ws://127.0.0.1:1/abcdefgh'] })
    assert.equal(await nobody.exited, 3)
  })

  test('join asks for a password only if the room is private', async () => {
    await using server = await startTestServer()
    await using owner = await RecordedClient.connect({ server: server.url })
    const room = await owner.client.createRoom({ title: 'night train', max: 5, password: 'secret' })
    await owner.client.join(room.id, { password: 'secret' })
    await using terminal = await openTerminal({ args: ['join', `${server.url}/${room.id}`] })
    await terminal.waitFor('"night train" is private')
    terminal.type(`secret${KEYS.enter}`)
    await terminal.waitFor('2/5 people')
    await using knowing = await openTerminal({
      args: ['join', `${server.url}/${room.id}`],
      env: { GIFCHAT_PASSWORD: 'secret' },
    })
    await knowing.waitFor('3/5 people')
    knowing.type(`/quit${KEYS.enter}`)
    assert.equal(await knowing.exited, 0)
    await terminal.waitFor('2/5 people')
  })

  test('the screen is restored after a signal and after a crash', async () => {
    await using server = await startTestServer()
    const env = { GIFCHAT_SERVER: server.url }
    await using stopped = await openTerminal({ env })
    await stopped.ready()
    stopped.kill('SIGTERM')
    assert.equal(await stopped.exited, 0)
    assert.ok(!stopped.view.isAlternate)

    await using crashed = await openTerminal({
      env: { ...env, NODE_OPTIONS: '--import ./crash.mjs' },
      files: { 'crash.mjs': CRASH },
    })
    await crashed.ready()
    crashed.kill('SIGUSR2')
    assert.notEqual(await crashed.exited, 0)
    assert.ok(!crashed.view.isAlternate)
    assert.match(crashed.screen().join('\n'), /Something unforeseen went wrong: the roof fell in/)
  })

  test('answers and focus reports never become text, but keys typed early do', async () => {
    await using server = await startTestServer()
    await using terminal = await openTerminal({
      args: ['create', 'early'],
      env: { GIFCHAT_SERVER: server.url },
    })
    terminal.type('early bird')
    await terminal.waitFor('› early bird')
    terminal.type('\x1b[O\x1b_Gi=31;OK\x1b\\\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[I!')
    await terminal.waitFor('› early bird!')
  })

  test('an idle screen writes nothing', async () => {
    await using server = await startTestServer()
    await using terminal = await openTerminal({
      args: ['create', 'quiet'],
      env: { GIFCHAT_SERVER: server.url },
    })
    await terminal.waitFor('gifchat join')
    // The first frame comes before keys are read.
    await terminal.ready()
    await using visitor = await RecordedClient.connect({ server: server.url })
    const [room] = await visitor.client.listRooms()
    assert.ok(room !== undefined)
    // Two round trips to the server: time enough for anything that wakes by itself.
    const before = terminal.bytes
    await visitor.client.listRooms()
    await visitor.client.listRooms()
    assert.equal(terminal.bytes, before)
    await visitor.client.join(room.id)
    await terminal.waitFor('came in')
    assert.ok(terminal.bytes > before)
  })
})

const CRASH = `process.on('SIGUSR2', () => { throw new Error('the roof fell in') })`
