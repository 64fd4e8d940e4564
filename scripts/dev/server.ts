import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export const PROGRAM = join(import.meta.dirname, '../../bin/gifchat.js')

/** A room outlives the restart of its clients by this much. */
const ROOM_GRACE_MS = 60_000

/** The built `gifchat serve`, and the one room in it where the clients meet. */
export class DevServer implements AsyncDisposable {
  readonly url: string
  readonly #args: readonly string[]
  readonly #say: (text: string) => void
  #child: ChildProcess | undefined

  constructor(options: {
    readonly port: number
    readonly data: string
    readonly args: readonly string[]
    /** Gets all that the server prints. */
    readonly say: (text: string) => void
  }) {
    this.url = `ws://127.0.0.1:${options.port}`
    this.#say = options.say
    this.#args = [
      'serve',
      ...['--host', '127.0.0.1', '--port', String(options.port), '--data', options.data],
      ...['--empty-room-grace-ms', String(ROOM_GRACE_MS), '--unentered-room-ms', '3600000'],
      ...['--log-level', 'warn', ...options.args],
    ]
  }

  /** Resolves once it listens; rejects when it ends before. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM, ...this.#args], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    for (const output of [child.stdout, child.stderr]) output.setEncoding('utf8').on('data', this.#say)
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the server ended with ${code}`)
    })
    // Its first words say where it listens.
    await Promise.race([once(child.stdout, 'data'), ended])
    ended.catch(() => {})
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill()
    await once(child, 'exit')
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** The id of the room where the clients meet; a new one, unless it is still there. */
  async meetingRoom(): Promise<string> {
    const socket = new WebSocket(this.url, 'gifchat.v1')
    await once(socket, 'open')
    const ask = async (type: string, fields: object = {}) => {
      socket.send(JSON.stringify({ type, id: type, ...fields }))
      const [{ data }] = await once(socket, 'message')
      return JSON.parse(data)
    }
    await ask('hello')
    const { rooms } = await ask('room.list')
    const [room] = rooms.length > 0 ? rooms : [(await ask('room.create', { title: 'dev' })).room]
    socket.close(1000)
    return room.id
  }
}
