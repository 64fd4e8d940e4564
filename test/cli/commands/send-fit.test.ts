import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sendCommand } from '../../../cli/commands/send.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { CommandRun } from '../../support/command-run.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { RecordedClient } from '../../support/recorded-client.ts'

test('send --gif --fit posts a smaller GIF in place of one that the server would refuse', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-fit-'))
  t.after(() => rm(directory, { recursive: true }))
  const file = join(directory, 'large.gif')
  const large = sampleGif({ width: 30, height: 20, frames: 40 })
  await writeFile(file, large)
  await using server = await startTestServer({ gifFileBytes: Math.floor(large.length * 0.7) })
  await using host = await RecordedClient.connect({ server: server.url })
  const room = await host.client.createRoom({ title: 'small', max: 3 })
  await host.client.join(room.id)
  const send = (fit: boolean) => {
    const options = { server: server.url, gif: file, fit, tokenFile: join(directory, 'token') }
    return new CommandRun(context => sendCommand(room.id, undefined, options, context))
  }
  assert.equal(await send(false).exitCode, 8)
  const run = send(true)
  assert.equal(await run.exitCode, 0, run.stderr)
  assert.match(run.stderr, /→ .* \(−\d+ %\), every 2nd frame/)
  const { message } = await host.event('message')
  assert.ok('gif' in message)
  assert.deepEqual([message.gif.frames, message.gif.width, message.gif.name], [20, 30, 'large.gif'])
  assert.deepEqual(await readFile(file), large)
})
