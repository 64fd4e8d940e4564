import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { doctor } from '../../../cli/commands/doctor.ts'
import { ko } from '../../../cli/i18n/ko.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { CommandRun } from '../../support/command-run.ts'
import { openTerminal } from '../../support/terminal.ts'

test('doctor says in a pipe what there is, without an escape, and in JSON', async () => {
  await using server = await startTestServer()
  const tokenFile = join(tmpdir(), 'gifchat-doctor-none', 'tokens.json')
  const options = { server: server.url, tokenFile }
  const plain = new CommandRun(context => doctor(options, context))
  assert.equal(await plain.exitCode, 0)
  assert.match(plain.stdout, /^terminal: .*no terminal.*\npictures: text: /)
  assert.match(plain.stdout, /\nserver: \S+ answers in \d+ ms\nidentity: none yet/)
  assert.doesNotMatch(plain.stdout, /\x1b/)
  const json = new CommandRun(context => doctor({ ...options, json: true }, context))
  assert.equal(await json.exitCode, 0)
  const [found] = json.objects
  assert.deepEqual([found?.graphics, found?.advice], [{ level: 'text', isChosen: false }, []])
})

test('doctor says what to do, in the language of the reader, and ends with the code of what is wrong', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-doctor-'))
  const tokenFile = join(directory, 'tokens.json')
  await writeFile(tokenFile, '{"tok', { mode: 0o600 })
  const run = new CommandRun(context => doctor({ server: 'ws://127.0.0.1:1', tokenFile }, context), {
    texts: ko,
  })
  assert.equal(await run.exitCode, 3)
  assert.match(run.stdout, /→ "gifchat serve"로 시작하거나/)
  assert.match(run.stdout, /→ .*망가졌습니다/)
})

for (const [columns, rows] of [
  [80, 24],
  [40, 10],
] as const) {
  test(`doctor shows a picture that moves, and then what the terminal said, at ${columns}×${rows}`, async () => {
    await using server = await startTestServer()
    await using terminal = await openTerminal({
      args: ['doctor'],
      columns,
      rows,
      env: { GIFCHAT_SERVER: server.url },
    })
    await terminal.waitFor('should move')
    const colors = () => Array.from({ length: 16 }, (_, x) => terminal.cell(2 + x, 2).background).join()
    const first = colors()
    assert.match(first, /#/)
    await terminal.waitFor(() => colors() !== first)
    terminal.type('x')
    assert.equal(await terminal.exited, 0)
    assert.ok(!terminal.view.isAlternate && terminal.view.isCursorShown)
    const text = terminal.screen().join('')
    assert.match(text, /pictures: truecolor: half blocks/)
    assert.match(text, /answers in ?\d+ ms/)
  })
}
