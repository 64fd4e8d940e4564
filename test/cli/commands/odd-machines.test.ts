import assert from 'node:assert/strict'
import { closeSync, openSync } from 'node:fs'
import { describe, test } from 'node:test'
import { EXIT_CODES } from '../../../cli/commands/shell/exit-codes.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { ProgramRun } from '../../support/program-run.ts'
import { freePort } from '../../support/server-process.ts'
import { WireClient } from '../../support/wire-client.ts'

/** Makes the system know nothing of the user, as in a container that runs as a number. */
const WITHOUT_PASSWD_ENTRY = `import os from 'node:os'
import { syncBuiltinESMExports } from 'node:module'
const { HOME } = process.env
os.homedir = () => { if (HOME !== undefined) return HOME; throw new Error('ENOENT: uv_os_homedir') }
os.userInfo = () => { throw new Error('ENOENT: uv_os_get_passwd') }
syncBuiltinESMExports()`
const NOBODY = {
  HOME: undefined,
  XDG_CONFIG_HOME: undefined,
  XDG_DATA_HOME: undefined,
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(WITHOUT_PASSWD_ENTRY)}`,
}

/** Directories in which nobody can make another, and which say that it is not there. */
const NO_PLACE = '/proc/nope'
const hasNoPlace = process.platform === 'linux'
const hasFullDevice = process.platform === 'linux'

describe('where no directory can be made', { skip: !hasNoPlace && 'there is no /proc here' }, () => {
  test('whoami tells who you are, and that it is not kept', async () => {
    await using server = await FakeServer.start()
    const env = { HOME: NO_PLACE, XDG_CONFIG_HOME: undefined }
    await using run = await ProgramRun.start(['whoami', '--server', server.url], { env })
    assert.equal(await run.exited, EXIT_CODES.done)
    assert.match(run.stdout, /^#000001 user1\n$/)
    assert.match(run.stderr, /can't be kept in \/proc\/nope\/.*--token-file/)
  })

  test('serve says which directory it cannot have', async () => {
    await using run = await ProgramRun.start(['serve', '--port', '0', '--data', NO_PLACE])
    assert.equal(await run.exited, 1)
    assert.match(run.stderr, /gifchat serve: .*\/proc\/nope/)
    assert.doesNotMatch(run.stderr, /\n\s+at /)
  })
})

describe('somebody without a home directory', () => {
  for (const [language, words] of [
    ['en', /no home directory.*--token-file/],
    ['ko', /홈 디렉터리.*--token-file/],
  ] as const) {
    test(`can use every command, and is told that the identity is not kept (${language})`, async () => {
      await using server = await startTestServer()
      await using owner = await WireClient.hello(server.url)
      const { room } = await owner.ask({ type: 'room.create', title: 'here' }, 'room.created')
      const env = { ...NOBODY, GIFCHAT_LANG: language }
      for (const args of [['rooms'], ['whoami'], ['send', room.id, 'hello'], ['doctor']]) {
        await using run = await ProgramRun.start([...args, '--server', server.url], { env })
        assert.equal(await run.exited, EXIT_CODES.done, run.stderr)
        assert.match(run.stdout + run.stderr, words, args[0])
      }
      for (const args of [['--help'], ['--version'], ['completion', 'bash'], ['serve', '--help']]) {
        await using run = await ProgramRun.start(args, { env })
        assert.equal(await run.exited, EXIT_CODES.done, run.stderr)
        assert.equal(run.stderr, '')
      }
    })
  }

  test('keeps an identity where a file is named for it', async () => {
    await using server = await FakeServer.start()
    const args = ['whoami', '--server', server.url, '--token-file', './me.json']
    await using run = await ProgramRun.start(args, { env: NOBODY })
    assert.equal(await run.exited, EXIT_CODES.done)
    assert.equal(run.stderr, '')
  })

  test('is told by serve to name a directory, which it then uses; in memory it needs none', async () => {
    await using refused = await ProgramRun.start(['serve', '--port', '0'], { env: NOBODY })
    assert.equal(await refused.exited, 1)
    assert.match(refused.stderr, /gifchat serve: There is no home directory.*--data/)
    for (const kept of [
      ['--data', './data'],
      ['--durability', 'none'],
    ]) {
      await using run = await ProgramRun.start(['serve', '--port', '0', ...kept], { env: NOBODY })
      await run.until(() => run.stdout.includes('"msg":"serves"'))
      run.signal('SIGTERM')
      assert.equal(await run.exited, 0)
    }
  })
})

describe('an output that is full', { skip: !hasFullDevice && 'there is no /dev/full here' }, () => {
  /** Runs with standard output, or both outputs, on a device that takes nothing. */
  async function intoFull(args: readonly string[], outputs: 'stdout' | 'both' = 'stdout', env = {}) {
    const full = openSync('/dev/full', 'w')
    const run = await ProgramRun.start(args, {
      env,
      stdout: full,
      ...(outputs === 'both' && { stderr: full }),
    })
    closeSync(full)
    return run
  }

  test('is told in a sentence, whatever the command', async () => {
    await using server = await FakeServer.start()
    server.addRoom('r1')
    server.say('r1', 'hello')
    for (const args of [
      ['--help'],
      ['--version'],
      ['serve', '--help'],
      ['completion', 'bash'],
      ['rooms', '--server', server.url],
      ['whoami', '--server', server.url],
      ['doctor', '--server', server.url],
      ['tail', 'r1', '--server', server.url],
    ]) {
      await using run = await intoFull(args)
      // The exit codes of `serve` are its own.
      const exitCode = args[0] === 'serve' ? EXIT_CODES.done : EXIT_CODES.fileNotUsable
      assert.equal(await run.exited, exitCode, args.join(' '))
      assert.equal(run.stderr, "Standard output can't be written: the disk is full.\n", args.join(' '))
    }
    await using json = await intoFull(['rooms', '--json', '--server', server.url])
    assert.equal(await json.exited, EXIT_CODES.fileNotUsable)
    assert.equal(JSON.parse(json.stderr).error.code, 'outputFailed')
    await using korean = await intoFull(['--help'], 'stdout', { GIFCHAT_LANG: 'ko' })
    assert.equal(await korean.exited, EXIT_CODES.fileNotUsable)
    assert.match(korean.stderr, /^표준 출력에 쓸 수 없습니다.*\n$/)
  })

  test('ends no server: people go on talking', async () => {
    const port = await freePort()
    const args = ['serve', '--host', '127.0.0.1', '--port', `${port}`, '--data', './data']
    await using run = await intoFull(args, 'both')
    const healthy = async () => {
      for (;;) {
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
        if (answer?.status === 200) return
      }
    }
    await healthy()
    await using other = await ProgramRun.start(['whoami', '--server', `ws://127.0.0.1:${port}`])
    assert.equal(await other.exited, EXIT_CODES.done, other.stderr)
    await healthy()
    run.signal('SIGTERM')
    assert.equal(await run.exited, 0)
  })

  test('when nothing can be said, the exit code says it', async () => {
    await using server = await FakeServer.start()
    server.addRoom('r1')
    await using run = await intoFull(['rooms', '--server', server.url], 'both')
    assert.equal(await run.exited, EXIT_CODES.fileNotUsable)
  })
})
