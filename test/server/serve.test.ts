import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { WireClient } from '../support/wire-client.ts'

const program = join(import.meta.dirname, '../../bin/gifchat.js')

function serve(args: readonly string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; stderr: string; stdout: string }>(resolve => {
    execFile(
      process.execPath,
      [program, 'serve', ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
      },
    )
  })
}

async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'gifchat-serve-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const oneSentence = (text: string) => assert.match(text, /^gifchat serve: [^\n]+\n$/)

test('a used port, a wrong setting and an unusable data directory are each reported in one sentence', async () => {
  await using directory = await temporaryDirectory()
  const busy = createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  const address = busy.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const data = join(directory.path, 'data')
  const used = await serve(['--port', String(port), '--host', '127.0.0.1', '--data', data])
  busy.close()
  assert.equal(used.code, 1)
  oneSentence(used.stderr)
  assert.match(used.stderr, new RegExp(`port ${port} is in use`))

  for (const args of [
    ['--port', '70000'],
    ['--port', 'x'],
    ['--mongodb-uri', 'http://x'],
    ['--log-level', 'loud'],
  ]) {
    const wrong = await serve(args)
    assert.equal(wrong.code, 2, args.join(' '))
    oneSentence(wrong.stderr)
  }
  assert.equal((await serve(['--nonsense'])).code, 2)
  assert.match((await serve(['--help'])).stdout, /--empty-room-grace-ms/)

  const file = join(directory.path, 'file')
  await writeFile(file, 'not a directory')
  const notDirectory = await serve(['--port', '0', '--data', file])
  assert.equal(notDirectory.code, 1)
  oneSentence(notDirectory.stderr)
  const broken = join(directory.path, 'broken')
  await mkdir(broken)
  await writeFile(join(broken, 'rooms'), 'not a directory')
  const notData = await serve(['--port', '0', '--data', broken])
  assert.equal(notData.code, 1)
  oneSentence(notData.stderr)
})

test('a load balancer that asks with HEAD is answered as with GET', async () => {
  await using directory = await temporaryDirectory()
  await using server = new ServerProcess({ port: await freePort(), data: directory.path })
  await server.start()
  for (const path of ['healthz', 'readyz']) {
    const url = `http://127.0.0.1:${server.port}/${path}`
    const [get, head] = await Promise.all([fetch(url), fetch(url, { method: 'HEAD' })])
    assert.deepEqual([get.status, head.status], [200, 200], path)
    assert.equal(head.headers.get('content-type'), get.headers.get('content-type'))
    assert.equal(await head.text(), '')
  }
})

test('a second server on the same data is refused, and a killed one leaves no lock', async () => {
  await using directory = await temporaryDirectory()
  await using server = new ServerProcess({ port: await freePort(), data: directory.path })
  await server.start()
  const second = await serve(['--port', '0', '--data', directory.path])
  assert.equal(second.code, 1)
  oneSentence(second.stderr)
  await server.stop('SIGKILL')
  await server.start()
  assert.equal(await server.stop('SIGTERM'), 0)
})

test('D9 SIGTERM stores and acks posts in flight, tells members, closes with a reconnectable code and exits with 0', async () => {
  await using directory = await temporaryDirectory()
  await using server = new ServerProcess({ port: await freePort(), data: directory.path })
  await server.start()
  const client = await WireClient.hello(server.url)
  const { room } = await client.ask({ type: 'room.create', title: 'restart' }, 'room.created')
  await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const answers = Array.from({ length: 30 }, (_, index) =>
    client
      .request({ type: 'chat.send', room: room.id, clientMessageId: `m${index}`, text: `text ${index}` })
      .then(
        answer => answer,
        () => undefined,
      ),
  )
  await answers[0]
  const stopped = server.stop('SIGTERM')
  assert.equal(await client.closed(), 1012)
  assert.equal(await stopped, 0)
  assert.equal(client.all('serverRestart').length, 1)
  const acked = (await Promise.all(answers)).filter(answer => answer?.type === 'chat.ack')
  await server.start()
  await using back = await WireClient.hello(server.url, client.token)
  const joined = await back.ask({ type: 'chat.join', room: room.id, sinceSeq: 0 }, 'chat.joined')
  assert.ok(acked.length > 0)
  assert.ok(joined.messages.length >= acked.length)
  const next = await back.ask(
    { type: 'chat.send', room: room.id, clientMessageId: 'next', text: 'next' },
    'chat.ack',
  )
  assert.equal(next.seq, joined.lastSeq + 1)
})

test('a second signal ends the server at once', async () => {
  await using directory = await temporaryDirectory()
  await using server = new ServerProcess({ port: await freePort(), data: directory.path })
  await server.start()
  // A client that never answers the close delays the stop.
  const client = await WireClient.hello(server.url)
  client.webSocket.pause()
  const stopped = server.stop('SIGTERM')
  await server.logged('going down')
  server.signal('SIGTERM')
  assert.notEqual(await stopped, 0)
  client.cut()
})

test('a server whose thread ends by itself says so and exits with 1', async () => {
  await using directory = await temporaryDirectory()
  const ending = `import { isMainThread } from 'node:worker_threads'; if (!isMainThread) process.exit(3)`
  const ended = await serve(['--port', '0', '--host', '127.0.0.1', '--data', directory.path], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(ending)}`,
  })
  assert.equal(ended.code, 1)
  oneSentence(ended.stderr)
})
