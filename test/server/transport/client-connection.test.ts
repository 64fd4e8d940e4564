import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { encodeFanOutFrames } from '../../../server/chat/fan-out-frames.ts'
import { NO_METRICS } from '../../../server/metrics/server-metrics.ts'
import type { SessionServices } from '../../../server/session/session-services.ts'
import { ClientConnection, type ConnectedWebSocket } from '../../../server/transport/client-connection.ts'
import type { Heartbeat } from '../../../server/transport/heartbeat.ts'
import type { WaitingSocketBytes } from '../../../server/transport/waiting-socket-bytes.ts'
import { SocketWriteTurn } from '../../../server/turns/socket-write-turn.ts'

/** Connections that share a turn, and the order in which they were written to. */
function connections() {
  const writeTurn = new SocketWriteTurn()
  const written: string[] = []
  const heartbeat = { round: 0 }
  const rate = { perSecond: 1, burst: 1 }
  const services = {
    settings: { requestRate: rate, messageRate: rate, helloTimeoutMs: 1_000 },
    now: () => 0,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    metrics: NO_METRICS,
    lobby: { unsubscribeFromLobby: () => {} },
  } as unknown as SessionServices // a session needs no more before its hello
  const connect = (name: string) => {
    const calls: string[] = []
    const webSocket = Object.assign(new EventEmitter(), {
      readyState: 1,
      OPEN: 1,
      close: () => {},
      terminate: () => calls.push('terminate'),
    })
    const socket = Object.assign(new EventEmitter(), {
      writableLength: 0,
      write: () => void written.push(name),
      cork() {},
      uncork() {},
    })
    const connection = new ClientConnection({
      webSocket: webSocket as unknown as ConnectedWebSocket, // a connection needs no more of it
      socket: socket as unknown as Socket, // the same
      connectionId: 1,
      address: name,
      bufferLimit: 1_000,
      writeTurn,
      // The same.
      waiting: { countWaiting() {}, forgetReader() {} } as unknown as WaitingSocketBytes,
      heartbeat: heartbeat as Heartbeat, // the same
      services,
    })
    return Object.assign(connection, {
      calls,
      socket,
      [Symbol.dispose]: () => connection.session.connectionClosed(true),
    })
  }
  return { connect, written, heartbeat }
}

const ended = () => new Promise<void>(resolve => setImmediate(resolve))
const ack = {
  type: 'chat.ack',
  id: '1',
  room: 'room',
  clientMessageId: 'c',
  seq: 1,
  createdAt: 0,
} as const

test('a client with an answer is written to before all listeners, and once', async () => {
  const { connect, written } = connections()
  using first = connect('first')
  using second = connect('second')
  using talker = connect('talker')
  const said = encodeFanOutFrames(['{"type":"chat.chat"}'])
  for (const connection of [first, second, talker]) connection.deliverFrames(said)
  talker.send(ack)
  assert.deepEqual(written, [])
  await ended()
  assert.deepEqual(written, ['talker', 'first', 'second'])
  for (const connection of [first, second, talker]) connection.deliverFrames(said)
  talker.send(ack)
  second.send(ack)
  await ended()
  assert.deepEqual(written.slice(3), ['talker', 'second', 'first'], 'and so it is in each turn')
})

test('whoever only listens is told together what comes one after the other, and answers do not wait', async context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { connect, written } = connections()
  using listener = connect('listener')
  using talker = connect('talker')
  const said = encodeFanOutFrames(['{"type":"chat.chat"}'])
  for (const connection of [listener, talker]) connection.deliverFrames(said, true)
  talker.send(ack)
  await ended()
  assert.deepEqual(written, ['talker'])
  for (const connection of [listener, talker]) connection.deliverFrames(said)
  await ended()
  assert.deepEqual(written.slice(1).toSorted(), ['listener', 'talker'])
  listener.deliverFrames(said)
  listener.deliverFrames(said, true)
  await ended()
  assert.deepEqual(written.slice(3), ['listener'], 'what is to be written in this turn is not put off')
  listener.deliverFrames(said, true)
  context.mock.timers.runAll()
  assert.deepEqual(written.slice(4), ['listener'], 'nothing waits for ever')
})

test('L4 a frame and a control frame are signs of life, and nothing else is', async () => {
  const { connect, heartbeat } = connections()
  using connection = connect('client')
  const heard = () => connection.lastHeard
  for (const [round, sign] of [
    [1, () => connection.receiveControlFrame()],
    [2, () => connection.receiveMessage(Buffer.from('{"type":"nothing","id":"1"}'), false)],
  ] as const) {
    heartbeat.round = round
    connection.deliverFrames(encodeFanOutFrames(['{"type":"chat.chat"}']))
    await ended()
    assert.equal(heard(), round - 1)
    sign()
    assert.equal(heard(), round)
  }
})

test('abuse 7: whoever goes on sending after a broken frame is cut off', () => {
  const { connect } = connections()
  using connection = connect('flood')
  connection.receiveBrokenFrame(new RangeError('Max payload size exceeded'))
  const chunk = Buffer.alloc(64 * 1024)
  connection.socket.emit('data', chunk)
  connection.socket.emit('data', chunk)
  assert.deepEqual(connection.calls, [])
  connection.socket.emit('data', chunk)
  assert.deepEqual(connection.calls, ['terminate'])
})

test('a connection that is found to be slow while it is closed was closed as slow', () => {
  const { connect } = connections()
  using connection = connect('slow')
  connection.socket.writableLength = 2_000
  connection.deliverFrames(encodeFanOutFrames(['{"type":"chat.chat"}']))
  connection.close('serverRestart')
  assert.equal(connection.closeReason, 'slowConsumer')
})
