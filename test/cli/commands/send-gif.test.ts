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
  const refused = send(false)
  assert.equal(await refused.exitCode, 8)
  assert.match(refused.stderr, /^With --fit a smaller GIF/)
  const run = send(true)
  assert.equal(await run.exitCode, 0, run.stderr)
  assert.match(run.stderr, /→ .* \(−\d+ %\), every 2nd frame/)
  const { message } = await host.event('message')
  assert.ok('gif' in message)
  assert.deepEqual([message.gif.frames, message.gif.width, message.gif.name], [20, 30, 'large.gif'])
  assert.deepEqual(await readFile(file), large)
})

test('send --gif posts the file of exactly the name that the shell gave', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-literal-'))
  t.after(() => rm(directory, { recursive: true }))
  await using server = await startTestServer()
  await using host = await RecordedClient.connect({ server: server.url })
  const room = await host.client.createRoom({ title: 'literal', max: 3 })
  await host.client.join(room.id)
  // What a person would mean by each name in quotes has frames of another number.
  const names = ["'a'.gif", 'a.gif', 'back\\slash.gif', 'backslash.gif', ' spaced.gif', 'spaced.gif']
  for (const [index, name] of names.entries())
    await writeFile(join(directory, name), sampleGif({ frames: 1 + index }))
  for (const [index, name] of names.entries()) {
    const gif = join(directory, name)
    const options = { server: server.url, gif, tokenFile: join(directory, 'token') }
    const run = new CommandRun(context => sendCommand(room.id, undefined, options, context))
    assert.equal(await run.exitCode, 0, run.stderr)
    await host.until(() => host.all('message').length > index)
    const message = host.all('message').at(-1)?.message
    assert.equal(message && 'gif' in message && message.gif.frames, 1 + index, name)
  }
})
