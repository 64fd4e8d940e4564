import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { ServiceProxy } from '../support/service-proxy.ts'

/** A service that answers each chunk with itself in capitals, and what it was sent. */
async function openService() {
  const heard: string[] = []
  const sockets: Socket[] = []
  const listener = createServer({ noDelay: true }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  listener.on('connection', socket => {
    sockets.push(socket)
    socket.setEncoding('utf8').on('error', () => {})
    socket.on('data', (text: string) => {
      heard.push(text)
      socket.write(text.toUpperCase())
    })
  })
  const { port } = listener.address() as AddressInfo // a TCP server has one
  const close = () => {
    for (const socket of sockets) socket.destroy()
    listener.close()
  }
  return { port, heard, listener, [Symbol.dispose]: close }
}

async function openClient(port: number) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('utf8')
  socket.on('error', () => {})
  let answers = ''
  socket.on('data', (text: string) => {
    answers += text
  })
  await once(socket, 'connect')
  const untilAnswered = async (text: string) => {
    while (answers !== text) await once(socket, 'data')
  }
  return { socket, untilAnswered, answers: () => answers }
}

test('while the way from a service is cut, it hears what it is told, and its answers come later', async () => {
  using service = await openService()
  await using proxy = await ServiceProxy.to(service.port)
  const client = await openClient(proxy.port)
  client.socket.write('one ')
  await client.untilAnswered('ONE ')
  proxy.block('from')
  client.socket.write('two ')
  while (service.heard.length < 2) await new Promise(resolve => setImmediate(resolve))
  assert.equal(client.answers(), 'ONE ')
  proxy.unblock()
  await client.untilAnswered('ONE TWO ')
})

for (const way of ['to', 'both'] as const) {
  test(`while the way is cut (${way}), nothing arrives and nobody is told; it does afterwards, in order`, async () => {
    using service = await openService()
    await using proxy = await ServiceProxy.to(service.port)
    const client = await openClient(proxy.port)
    proxy.block(way)
    const accepted = once(service.listener, 'connection')
    client.socket.write('one ')
    const late = await openClient(proxy.port)
    late.socket.write('late')
    await accepted
    assert.deepEqual(service.heard, [])
    assert.equal(client.socket.destroyed, false)
    proxy.unblock()
    await Promise.all([client.untilAnswered('ONE '), late.untilAnswered('LATE')])
    client.socket.write('two ')
    await client.untilAnswered('ONE TWO ')
  })
}

test('what was held back is lost when the connections are reset', async () => {
  using service = await openService()
  await using proxy = await ServiceProxy.to(service.port)
  const client = await openClient(proxy.port)
  proxy.block('to')
  client.socket.write('one')
  const closed = new Promise(resolve => client.socket.once('close', resolve))
  proxy.unblock(true)
  await closed
  const again = await openClient(proxy.port)
  again.socket.write('two')
  await again.untilAnswered('TWO')
  assert.deepEqual(service.heard, ['two'])
})
