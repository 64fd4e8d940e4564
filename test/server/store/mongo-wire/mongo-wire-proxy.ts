import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { resetSocket } from '../../../support/reset-socket.ts'
import type { WireFault } from './wire-faults.ts'
import {
  answerTo,
  changeReply,
  MessageStream,
  readCommand,
  requestAnsweredBy,
  type WireCommand,
} from './wire-messages.ts'

interface Pipe {
  readonly client: Socket
  readonly server: Socket
  /** What is to happen to the replies of these requests. */
  readonly faults: Map<number, WireFault>
  /** Requests that the server has not got yet. It gets them though the client has gone. */
  held: number
}

/** The driver sends these by itself, to watch the server and to log in. */
const OF_THE_DRIVER: ReadonlySet<string> = new Set(['hello', 'ismaster', 'isMaster', 'endSessions'])

/** Whether it belongs to no call of a test: the store raises its counter on its own clock. */
const isByItself = ({ name, collection }: WireCommand): boolean =>
  OF_THE_DRIVER.has(name) || collection === 'owners'

/**
 * A proxy in front of a MongoDB that understands its messages. So a test can say what happens to
 * which command. A driver with one address never finds a way around it.
 */
export class MongoWireProxy implements AsyncDisposable {
  /** Decides on every command of a client. Undefined lets it pass. */
  onCommand: (command: WireCommand) => WireFault | undefined = () => undefined
  /** The commands that came, without those that driver and store send by themselves. */
  readonly commands: WireCommand[] = []
  readonly #listener: Server
  readonly #pipes = new Set<Pipe>()

  private constructor(listener: Server) {
    this.#listener = listener
  }

  /** The address as a member of a replica set has it. */
  get host(): string {
    return new URL(this.uri).host
  }

  static async start(target: string): Promise<MongoWireProxy> {
    const { hostname, port } = new URL(target)
    const listener = createServer({ noDelay: true, allowHalfOpen: true })
    const proxy = new MongoWireProxy(listener)
    listener.on('connection', client => proxy.#open(client, hostname, Number(port)))
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    return proxy
  }

  get uri(): string {
    const address = this.#listener.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
    return `mongodb://127.0.0.1:${address.port}`
  }

  /** Lets one command have `fault`: the next for which `isMeant` is true. */
  faultOnce(isMeant: (command: WireCommand) => boolean, fault: WireFault): void {
    this.onCommand = command => {
      if (isByItself(command) || !isMeant(command)) return undefined
      this.onCommand = () => undefined
      return fault
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pipe of this.#pipes) {
      pipe.held = 0
      this.#cut(pipe)
    }
    this.#listener.close()
    await once(this.#listener, 'close')
  }

  #open(client: Socket, host: string, port: number): void {
    const server = connect({ port, host, noDelay: true })
    const pipe: Pipe = { client, server, faults: new Map(), held: 0 }
    this.#pipes.add(pipe)
    const [requests, replies] = [new MessageStream(), new MessageStream()]
    client.on('data', bytes => {
      for (const request of requests.take(bytes)) this.#passRequest(pipe, request)
    })
    server.on('data', bytes => {
      for (const reply of replies.take(bytes)) this.#passReply(pipe, reply)
    })
    for (const socket of [client, server]) {
      socket.on('error', () => this.#cut(pipe))
      socket.on('close', () => this.#cut(pipe))
      socket.on('end', () => this.#cut(pipe))
    }
  }

  async #passRequest(pipe: Pipe, request: Buffer): Promise<void> {
    const command = readCommand(request)
    if (!isByItself(command)) this.commands.push(command)
    const fault = this.onCommand(command)
    switch (fault?.kind) {
      case 'cutBefore':
        this.#cut(pipe)
        return
      case 'halfClose':
        pipe.client.end()
        return
      case 'answer':
        pipe.client.write(answerTo(request, fault.reply))
        return
      case 'hold':
        pipe.held++
        await fault.until()
        pipe.held--
        break
      default:
        if (fault !== undefined) pipe.faults.set(command.requestId, fault)
    }
    if (pipe.server.writable) pipe.server.write(request)
  }

  async #passReply(pipe: Pipe, reply: Buffer): Promise<void> {
    if (pipe.client.destroyed) this.#cut(pipe)
    const request = requestAnsweredBy(reply)
    const fault = pipe.faults.get(request)
    pipe.faults.delete(request)
    switch (fault?.kind) {
      case 'cutAfter':
        this.#cut(pipe)
        return
      case 'halfReply':
        pipe.client.write(reply.subarray(0, reply.length / 2), () => this.#cut(pipe))
        return
      case 'lostReply':
        return
      case 'lateReply':
        await fault.until()
        break
      default:
        break
    }
    const sent = fault?.kind === 'change' ? changeReply(reply, fault.change) : reply
    if (pipe.client.writable) pipe.client.write(sent)
  }

  /** The client sees the connection reset. The server still carries out what it was sent. */
  #cut(pipe: Pipe): void {
    resetSocket(pipe.client)
    if (pipe.held > 0) return
    this.#pipes.delete(pipe)
    pipe.server.destroy()
  }
}
