import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { startTestServer } from '../support/chat-server.ts'
import { WireClient } from '../support/wire-client.ts'

const hasPython = (): boolean => {
  try {
    execFileSync('python3', ['-c', 'pass'])
    return true
  } catch {
    return false
  }
}

const skip = !hasPython() && process.env.GIFCHAT_REQUIRE_SERVICES !== '1' ? 'there is no python3 here' : false

test('a client in another language that was written from PROTOCOL.md alone works', { skip }, async () => {
  await using server = await startTestServer()
  const script = join(import.meta.dirname, 'stranger.py')
  const python = spawn('python3', [script, '127.0.0.1', String(server.port), '-', 'tangerine'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
  const line = async () => JSON.parse((await lines.next()).value ?? '{}')
  const { room } = await line()
  await using client = await WireClient.hello(server.url)
  assert.deepEqual(await line(), { did: 'spoke', seq: 1 })
  const joined = await client.ask({ type: 'chat.join', room, password: 'tangerine' }, 'chat.joined')
  const [first] = joined.messages
  assert.equal(first !== undefined && 'text' in first && first.text, 'hello from python 안녕')
  // Unknown events and unknown fields do not disturb it (F5).
  await client.ask({ type: 'chat.typing', room }, 'chat.typed')
  const reply = { type: 'chat.send', room, clientMessageId: 'a', text: 'hi stranger 🙂', replyTo: 1 } as const
  await client.ask(reply, 'chat.ack')
  assert.deepEqual(await line(), { did: 'heard', text: 'hi stranger 🙂', seq: 2 })
  assert.deepEqual(await line(), { did: 'left' })
  assert.deepEqual((await client.event('chat.exit')).people, 1)
  const [code] = python.exitCode === null ? await once(python, 'exit') : [python.exitCode]
  assert.equal(code, 0)
})
