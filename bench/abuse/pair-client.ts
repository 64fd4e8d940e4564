import { performance } from 'node:perf_hooks'
import { SUBPROTOCOL } from '../../protocol/codec.ts'
import { WireConnection } from '../load/wire-connection.ts'
import { PAIR_ADDRESS } from './keep-flooding.ts'

type Fields = Readonly<Record<string, unknown>>
/** The fields of a server's frame that the pair looks at. */
interface Frame {
  readonly type: string
  readonly id?: string
  readonly token?: string
  readonly room?: { readonly id: string }
}

interface Asked {
  readonly type: unknown
  readonly at: number
  readonly resolve: (frame: Frame) => void
}

/** A client that behaves. It keeps what nobody who behaves should meet in `refusals`. */
export class PairClient {
  readonly #refusals: string[]
  readonly #asked = new Map<string, Asked>()
  #connection: WireConnection | undefined
  #lastId = 0
  #isGone = false
  token: string | undefined

  private constructor(refusals: string[]) {
    this.#refusals = refusals
  }

  static async hello(port: number, refusals: string[], token?: string): Promise<PairClient> {
    const client = new PairClient(refusals)
    client.#connection = await WireConnection.open({
      port,
      from: PAIR_ADDRESS,
      path: '/',
      subprotocol: SUBPROTOCOL,
      onText: (bytes, start, end) => client.#take(bytes.toString('utf8', start, end)),
      onClosed: why => {
        client.#isGone = true
        refusals.push(`a connection ended: ${why}`)
      },
    })
    client.token = (await client.ask({ type: 'hello', token })).token
    return client
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** Sends a request, and resolves with its answer. */
  ask(request: Fields): Promise<Frame> {
    const id = `p${++this.#lastId}`
    return new Promise(resolve => {
      this.#asked.set(id, { type: request.type, at: performance.now(), resolve })
      this.#connection?.send(JSON.stringify({ ...request, id }))
    })
  }

  /** For how long each request has waited that has no answer yet, in milliseconds. */
  unanswered(): readonly number[] {
    return Array.from(this.#asked.values(), ({ at }) => performance.now() - at)
  }

  close(): void {
    this.#connection?.close()
  }

  #take(text: string): void {
    // The server's frames have this form.
    const frame = JSON.parse(text) as Frame
    const asked = frame.id === undefined ? undefined : this.#asked.get(frame.id)
    if (frame.id === undefined || asked === undefined) return
    this.#asked.delete(frame.id)
    if (frame.type === 'error') this.#refusals.push(`${asked.type}: ${text}`)
    asked.resolve(frame)
  }
}
