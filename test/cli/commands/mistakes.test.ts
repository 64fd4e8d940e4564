import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { EXIT_CODES } from '../../../cli/commands/shell/exit-codes.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { ProgramRun } from '../../support/program-run.ts'

test('a script that asks for JSON gets it for a mistake on the command line too, in English', async () => {
  for (const args of [
    ['nonsense', '--json'],
    ['rooms', '--json', '--nonsense'],
    ['send', '--json'],
    ['tail', 'k3mw9x2a', '--json', '--since'],
    ['send', 'k3mw9x2a', '--json', '-1 point'],
    ['tail', 'no id!', '--json'],
    ['whoami', '--json', '--server', '///'],
  ]) {
    await using run = await ProgramRun.start(args, { env: { GIFCHAT_LANG: 'ko' } })
    assert.equal(await run.exited, EXIT_CODES.usage, args.join(' '))
    assert.equal(run.stdout, '')
    const { error } = JSON.parse(run.stderr)
    assert.deepEqual([error.code, error.exitCode], ['usage', EXIT_CODES.usage])
    assert.match(error.message, /^[ -~]+$/)
  }
  // A text after `--` is no flag.
  await using text = await ProgramRun.start(['send', '--', 'a', 'b', '--json'])
  assert.equal(await text.exited, EXIT_CODES.usage)
  assert.doesNotMatch(text.stderr, /^\{/)
})

for (const [language, words] of [
  ['en', /no flag -1 point here.*write -- before/],
  ['ko', /-1 point.*--를/],
] as const) {
  test(`whoever sends a text that begins like a flag is told to write -- before it (${language})`, async () => {
    await using server = await FakeServer.start()
    server.addRoom('r1')
    const args = ['send', `${server.url}/r1`]
    const env = { GIFCHAT_LANG: language }
    await using refused = await ProgramRun.start([...args, '-1 point'], { env })
    assert.equal(await refused.exited, EXIT_CODES.usage)
    assert.match(refused.stderr, words)
    await using sent = await ProgramRun.start([...args, '--', '-1 point'], { env })
    assert.equal(await sent.exited, EXIT_CODES.done)
    assert.equal(server.requests('chat.send')[0]?.text, '-1 point')
  })
}

for (const [language, none, meant] of [
  ['en', /no command jion\. Did you mean join\?/, /Did you mean/],
  ['ko', /모르는 명령입니다: jion\.? 혹시 join/, /혹시/],
] as const) {
  test(`a command that does not exist is called so, with the one that was meant (${language})`, async () => {
    const start = (...args: string[]) => ProgramRun.start(args, { env: { GIFCHAT_LANG: language } })
    await using mistyped = await start('jion', 'abc')
    assert.equal(await mistyped.exited, EXIT_CODES.usage)
    assert.match(mistyped.stderr, none)
    await using withFlag = await start('tial', 'abc', '--follow')
    assert.equal(await withFlag.exited, EXIT_CODES.usage)
    assert.match(withFlag.stderr, /tial.*tail/)
    await using nonsense = await start('nonsense')
    assert.equal(await nonsense.exited, EXIT_CODES.usage)
    assert.match(nonsense.stderr, /nonsense/)
    assert.doesNotMatch(nonsense.stderr, meant)
  })
}

test('whoever forgets the quotes around a text is told of them, and which words are too many', async () => {
  for (const words of [
    ['a', 'b', 'c'],
    ['-1', 'point'],
  ]) {
    await using run = await ProgramRun.start(['send', 'k3mw9x2a', ...words], { env: { GIFCHAT_LANG: 'en' } })
    assert.equal(await run.exited, EXIT_CODES.usage)
    assert.match(run.stderr, /-- .*"-1 point"/)
  }
})

for (const [language, words] of [
  ['en', /shows nothing: it needs at least one frame/],
  ['ko', /프레임이 하나는/],
] as const) {
  test(`a refusal is told by its reason, whatever sentence the server has for it (${language})`, async () => {
    await using server = await FakeServer.start()
    server.addRoom('r1')
    server.http = (request, response) =>
      request.resume().on('end', () => {
        const refusal = { code: 'invalidGif', message: 'Words of another version.', reason: 'noFrames' }
        response.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify(refusal))
      })
    const prepare = (home: string) => writeFile(join(home, 'cat.gif'), sampleGif())
    const args = ['send', `${server.url}/r1`, '--gif', 'cat.gif', '--lang', language]
    await using run = await ProgramRun.start(args, { prepare })
    assert.equal(await run.exited, EXIT_CODES.fileNotUsable)
    assert.match(run.stderr, words)
    assert.doesNotMatch(run.stderr, /another version/)
  })
}
