import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { firstToConnect } from '../../../../cli/connection/route/first-to-connect.ts'

const ALONE_MS = 250

/** A host whose addresses answer when the test says so. */
function hostOf(context: TestContext, ...addresses: readonly string[]) {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const opened: string[] = []
  const sockets: Socket[] = []
  const abandon = new AbortController()
  const network = {
    addressesOf: async () => addresses,
    open: (address: string) => {
      opened.push(address)
      const socket = new Socket()
      sockets.push(socket)
      return socket
    },
  }
  const connecting = firstToConnect('chat.example', 8005, { network, abandoned: abandon.signal })
  return {
    connecting,
    opened,
    abandon,
    socket: (index: number) => sockets[index] ?? assert.fail('not opened'),
  }
}

const refused = () => Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })

test('a name whose first address takes a second and whose second one is dead is reached', async context => {
  const { connecting, opened, socket } = hostOf(context, 'slow', 'dead')
  await Promise.resolve()
  assert.deepEqual(opened, ['slow'])
  context.mock.timers.tick(ALONE_MS)
  assert.deepEqual(opened, ['slow', 'dead'])
  socket(1).emit('error', refused())
  context.mock.timers.tick(1_000)
  socket(0).emit('connect')
  assert.equal(await connecting, socket(0))
  assert.equal(socket(0).destroyed, false)
})

test('the first that answers is taken, and the others are ended', async context => {
  const { connecting, socket } = hostOf(context, 'silent', 'quick', 'never tried')
  await Promise.resolve()
  context.mock.timers.tick(ALONE_MS)
  socket(1).emit('connect')
  assert.equal(await connecting, socket(1))
  assert.deepEqual([socket(0).destroyed, socket(1).destroyed], [true, false])
})

test('a refusal brings the next address at once, and the first one is what is told', async context => {
  const { connecting, opened, socket } = hostOf(context, 'one', 'two')
  await Promise.resolve()
  socket(0).emit('error', refused())
  assert.deepEqual(opened, ['one', 'two'])
  socket(1).emit('error', Object.assign(new Error('away'), { code: 'EHOSTUNREACH' }))
  await assert.rejects(connecting, { code: 'ECONNREFUSED' })
})

test('a host that never answers is given up', async context => {
  const { connecting, socket } = hostOf(context, 'silent')
  await Promise.resolve()
  context.mock.timers.tick(10_000)
  await assert.rejects(connecting, { code: 'ETIMEDOUT' })
  assert.equal(socket(0).destroyed, true)
})

test('with real sockets: a dead address beside one that listens', async () => {
  const server = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens
  const addressesOf = async () => ['127.0.0.2', '127.0.0.1']
  const open = (address: string) => connect({ host: address, port })
  const socket = await firstToConnect('chat.example', port, { network: { addressesOf, open } })
  assert.equal(socket.remoteAddress, '127.0.0.1')
  socket.destroy()
  await assert.rejects(firstToConnect('chat.invalid', port), { code: /ENOTFOUND|EAI_AGAIN/ })
  server.close()
})

test('a host that nobody waits for any more is given up at once, with all that was begun', async context => {
  const { connecting, abandon, socket } = hostOf(context, 'silent', 'silent too')
  await Promise.resolve()
  context.mock.timers.tick(ALONE_MS)
  abandon.abort()
  await assert.rejects(connecting, { code: 'ETIMEDOUT' })
  assert.deepEqual([socket(0).destroyed, socket(1).destroyed], [true, true])
})
