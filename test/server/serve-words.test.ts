import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readServerConfig, SETTINGS, ServerConfigError } from '../../server/config.ts'
import { serveWordsIn } from '../../server/words/pick-serve-words.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { openTerminal } from '../support/terminal.ts'

const program = join(import.meta.dirname, '../../bin/gifchat.js')

/** Runs `gifchat serve` as it is built, for a Korean or an English reader. */
function serve(language: 'en' | 'ko', args: readonly string[], env: Record<string, string> = {}) {
  const LANG = language === 'ko' ? 'ko_KR.UTF-8' : 'en_US.UTF-8'
  const { GIFCHAT_LANG: _, LC_ALL: __, LC_MESSAGES: ___, ...others } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'serve', ...args], {
    encoding: 'utf8',
    env: { ...others, LANG, ...env },
  })
  return { status, stdout, stderr }
}

const HANGUL = /\p{Script=Hangul}/u

test('whoever gives a setting a wrong value reads what it has to be, in words of ours, in either language', () => {
  for (const [args, english] of [
    [['--port', 'abc'], "--port can't be abc: it has to be a whole number from 0 to 65535."],
    [['--max-connections', '0'], "--max-connections can't be 0: it has to be a whole number of at least 1."],
    [['--messages-per-second', '-1'], "--messages-per-second can't be -1: it has to be a number above 0."],
    [['--durability', 'much'], "--durability can't be much: it has to be none, process, or power."],
    [
      ['--mongodb-uri', 'http://x'],
      'The value of --mongodb-uri is not allowed: it has to be an address that begins with mongodb:// or mongodb+srv://.',
    ],
    [['--secret', 'short'], 'The value of --secret is not allowed: it has to be at least 16 characters.'],
  ] as const) {
    const told = serve('en', args)
    assert.equal(told.status, 2)
    assert.equal(told.stderr, `gifchat serve: ${english}\n`)
    const korean = serve('ko', args)
    assert.equal(korean.status, 2)
    assert.match(korean.stderr, HANGUL)
    assert.doesNotMatch(korean.stderr, /expected|received|NaN|can't/)
  }
  const set = serve('en', [], { GIFCHAT_SEAT_HOLD_MS: 'soon' })
  assert.equal(
    set.stderr,
    "gifchat serve: GIFCHAT_SEAT_HOLD_MS can't be soon: it has to be a whole number of at least 0.\n",
  )
})

test('no setting is refused in the words of a validator', () => {
  for (const [name, { env }] of Object.entries(SETTINGS)) {
    for (const value of ['', ' ', 'x', '-5', '1.5', 'NaN', '1e999']) {
      let problem: ServerConfigError['problem'] | undefined
      try {
        readServerConfig({ [name]: value }, {})
      } catch (error) {
        assert.ok(error instanceof ServerConfigError)
        problem = error.problem
      }
      if (problem === undefined) continue
      for (const language of ['en', 'ko'] as const) {
        const sentence = serveWordsIn(language).config(problem)
        assert.doesNotMatch(sentence, /expected|received|undefined|Invalid|Too /, env)
        assert.equal(HANGUL.test(sentence), language === 'ko', sentence)
      }
    }
  }
})

test('a Korean operator reads Korean: the help, a mistake, a trouble and the welcome', async () => {
  const help = serve('ko', ['--help'])
  assert.equal(help.status, 0)
  for (const { flag } of Object.values(SETTINGS)) {
    const line = help.stdout.split('\n').findIndex(text => text.includes(`--${flag} `))
    // A long one begins on the line below.
    assert.match(
      help.stdout
        .split('\n')
        .slice(line, line + 2)
        .join(' '),
      HANGUL,
      flag,
    )
  }
  assert.doesNotMatch(help.stdout, /Usage|Options|Examples|display help/)
  const completion = spawnSync(process.execPath, [program, 'completion', 'fish'], {
    encoding: 'utf8',
    env: { ...process.env, GIFCHAT_LANG: 'ko' },
  })
  const [trusted = ''] = completion.stdout.split('\n').filter(line => line.includes('trusted-proxies'))
  assert.match(trusted, HANGUL)
  assert.match(serve('ko', ['--nonsense']).stderr, /모르는 옵션입니다: --nonsense/)
  const directory = mkdtempSync(join(tmpdir(), 'gifchat-words-'))
  try {
    writeFileSync(join(directory, 'file'), '')
    const trouble = serve('ko', ['--port', '0', '--data', join(directory, 'file')])
    assert.equal(trouble.status, 1)
    assert.match(trouble.stderr, /file 경로는 폴더가 아닙니다/)
    await using server = new ServerProcess({
      port: await freePort(),
      data: join(directory, 'data'),
      env: { GIFCHAT_LANG: 'ko' },
    })
    await server.start()
    await using terminal = await openTerminal({
      args: ['serve', '--port', '0', '--durability', 'none'],
      env: { GIFCHAT_LANG: 'ko' },
    })
    await terminal.waitFor('gifchat 서버를 열었습니다')
    // The log stays the same for whatever reads it.
    await server.logged('"msg":"listening"')
    assert.doesNotMatch(server.log, HANGUL)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
