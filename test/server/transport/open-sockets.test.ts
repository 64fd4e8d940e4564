import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import { test } from 'node:test'
import { limitSockets, type SocketLimits } from '../../../server/transport/open-sockets.ts'

const WIDE: SocketLimits = { total: 100, perAddress: 100, plainPerAddress: 100 }

/** A server that is handed sockets without a network. */
function serverWith(limits: Partial<SocketLimits>, trustedProxies = 0) {
  const http = new EventEmitter()
  // All that it does with a server is to listen to it.
  limitSockets(http as unknown as Server, { ...WIDE, ...limits }, trustedProxies)
  /** A socket from this address, that may be cut off at once. */
  let lastPort = 1_000
  const connect = (remoteAddress: string) => {
    const socket = Object.assign(new EventEmitter(), {
      remoteAddress,
      remotePort: ++lastPort,
      isCut: false,
      destroy() {
        socket.isCut = true
        socket.emit('close')
      },
      // With TLS it is another socket, between the same addresses.
      upgrade: () => http.emit('upgrade', {}, { remoteAddress, remotePort: socket.remotePort }),
    })
    http.emit('connection', socket)
    return socket
  }
  const areCut = (...addresses: readonly string[]) => addresses.map(address => connect(address).isCut)
  return { connect, areCut }
}

test('L3 sockets of one address count, those of an IPv6 /64 together', () => {
  const { connect, areCut } = serverWith({ perAddress: 2 })
  const first = connect('2001:db8:1:2::1')
  assert.deepEqual(
    areCut('2001:db8:1:2::2', '2001:db8:1:2:ffff::3', '2001:db8:1:3::1', '192.0.2.7', '192.0.2.8'),
    [false, true, false, false, false],
  )
  first.emit('close')
  assert.deepEqual(areCut('2001:db8:1:2::4', '2001:db8:1:2::5'), [false, true], 'a closed one makes room')
})

test('L3 sockets that are not WebSockets have a limit of their own', () => {
  const { connect, areCut } = serverWith({ plainPerAddress: 1 })
  const first = connect('2001:db8:1:2::1')
  assert.deepEqual(areCut('2001:db8:1:2::2', '192.0.2.7'), [true, false])
  first.upgrade()
  const second = connect('2001:db8:1:2::3')
  assert.deepEqual([second.isCut, ...areCut('2001:db8:1:2::4')], [false, true])
  first.emit('close')
  assert.deepEqual(areCut('2001:db8:1:2::5'), [true], 'what has become a WebSocket is not counted off twice')
  second.emit('close')
  assert.deepEqual(areCut('2001:db8:1:2::6'), [false])
})

test('L3 all sockets together have a limit, also behind proxies, where it is the only one', () => {
  for (const trustedProxies of [0, 1]) {
    const { areCut } = serverWith({ total: 2 }, trustedProxies)
    assert.deepEqual(areCut('192.0.2.1', '192.0.2.2', '192.0.2.3'), [false, false, true])
  }
  const { areCut } = serverWith({ perAddress: 1, plainPerAddress: 1 }, 1)
  assert.deepEqual(areCut('192.0.2.1', '192.0.2.1', '192.0.2.1'), [false, false, false])
})
