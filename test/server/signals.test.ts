import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { freePort, isListening, ServerProcess } from '../support/server-process.ts'
import { makeCertificate } from '../support/web-proxies.ts'
import { WireClient } from '../support/wire-client.ts'

const program = join(import.meta.dirname, '../../bin/gifchat.js')

async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'gifchat-signals-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** The descriptor of a server's socket. */
function descriptorOf(server: Server): number {
  // Node.js has no public name for it.
  const { _handle } = server as Server & { readonly _handle?: { readonly fd?: number } }
  assert.ok(_handle?.fd !== undefined && _handle.fd >= 0)
  return _handle.fd
}

/** The name in the certificate that a server shows to whoever connects now. */
async function shownName(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return String(subject.CN)
}

test('a server with a certificate is at wss://, and SIGHUP has it show a new one to whoever comes then', async () => {
  await using directory = await temporaryDirectory()
  const [old, renewed] = await Promise.all(
    ['old.example', 'new.example'].map(host => makeCertificate(join(directory.path, host), host)),
  )
  assert.ok(old !== undefined && renewed !== undefined)
  const args = ['--tls-cert', old.certificate, '--tls-key', old.key]
  await using server = new ServerProcess({ port: await freePort(), data: join(directory.path, 'data'), args })
  await server.start()
  assert.equal(await shownName(server.port), 'old.example')
  const ca = await readFile(old.certificate)
  const url = `wss://127.0.0.1:${server.port}`
  await using client = await WireClient.open(url, { ca, servername: 'old.example' })
  await client.ask({ type: 'hello' }, 'welcome')
  const { room } = await client.ask({ type: 'room.create', title: 'x' }, 'room.created')
  await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')

  await copyFile(renewed.key, old.key)
  server.signal('SIGHUP')
  await server.logged('the old certificate stays')
  assert.equal(await shownName(server.port), 'old.example')
  await copyFile(renewed.certificate, old.certificate)
  server.signal('SIGHUP')
  await server.logged('reloaded')
  assert.equal(await shownName(server.port), 'new.example')

  const text = 'still there'
  await client.ask({ type: 'chat.send', room: room.id, clientMessageId: 'one', text }, 'chat.ack')
})

test('half of a certificate is told in a sentence, and a service manager hands on its port', async () => {
  await using directory = await temporaryDirectory()
  const [alone] = await Promise.allSettled([
    new ServerProcess({
      port: await freePort(),
      data: join(directory.path, 'alone'),
      args: ['--tls-cert', 'x'],
    }).start(),
  ])
  assert.match(String(alone.status === 'rejected' && alone.reason), /--tls-cert and --tls-key go together/)

  const listening = createServer().listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const data = join(directory.path, 'handed')
  // The shell has the id that the server will have.
  const script = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"'
  const started = spawn(
    'sh',
    ['-c', script, process.execPath, program, 'serve', '--port', '1', '--data', data],
    // Node.js hands on no socket to another program, but its descriptor is one like any other.
    { stdio: ['ignore', 'pipe', 'inherit', descriptorOf(listening)] },
  )
  // Whoever has the socket may take a connection that comes: only the server should.
  listening.close()
  assert.ok(started.stdout !== null)
  await once(started.stdout, 'data')
  assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200)
  started.kill()
  await once(started, 'exit')
})

test('SIGUSR1 opens no inspector, and has everything logged until the next one', async () => {
  await using directory = await temporaryDirectory()
  await using server = new ServerProcess({ port: await freePort(), data: directory.path })
  await server.start()
  server.signal('SIGUSR1')
  await server.logged('"level":"debug"')
  server.signal('SIGUSR1')
  await server.logged('"level":"info","msg":"the log has another level"')
  assert.doesNotMatch(server.log, /Debugger listening/)
  assert.ok(server.isRunning)
})

test('D9 a server that is told to stop says so in /readyz first, and serves until the balancer has seen it', async () => {
  await using directory = await temporaryDirectory()
  const args = ['--drain-ms', '2000']
  await using server = new ServerProcess({ port: await freePort(), data: directory.path, args })
  await server.start()
  const ready = () => fetch(`http://127.0.0.1:${server.port}/readyz`).then(({ status }) => status)
  assert.equal(await ready(), 200)
  await using client = await WireClient.hello(server.url)
  const ended = server.stop()
  await server.logged('draining')
  assert.equal(await ready(), 503)
  const { room } = await client.ask({ type: 'room.create', title: 'x' }, 'room.created')
  await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  await using late = await WireClient.hello(server.url)
  assert.equal(await client.closed(), 1012)
  assert.equal(await late.closed(), 1012)
  assert.equal(await ended, 0)
  assert.equal(await isListening(server.port), false)
})
