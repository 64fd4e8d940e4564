import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

interface Answer {
  readonly result?: unknown
  readonly error?: string
}

/** A process of the bench that carries out one request after the other. See `answerRequests`. */
export class AskedProcess<Request extends { readonly kind: string }> implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #name: string

  /** `name` is for error messages: `the load generator`. */
  constructor(file: string, name: string) {
    this.#process = fork(file, { execArgv: [] })
    this.#name = name
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Sends a request. Resolves with its result, or rejects when it failed or the process ended. */
  async ask(request: Request): Promise<unknown> {
    const ended = new AbortController()
    const gone = once(this.#process, 'exit', { signal: ended.signal }).then(([code]) => {
      throw new Error(`${this.#name} ended with ${code}`)
    })
    gone.catch(() => {})
    const answered = once(this.#process, 'message', { signal: ended.signal })
    answered.catch(() => {})
    this.#process.send(request)
    // `answerRequests` sends this type.
    const [{ result, error }] = (await Promise.race([answered, gone])) as [Answer]
    ended.abort()
    if (error !== undefined) throw new Error(`${request.kind}: ${error}`)
    return result
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, 'exit')
    if (this.#process.kill('SIGKILL')) await exited
  }
}

/** The other side of `AskedProcess`: answers each request of the parent with its result. */
export function answerRequests<Request>(carryOut: (request: Request) => Promise<unknown>): void {
  process.on('message', (request: Request) => {
    carryOut(request).then(
      result => process.send?.({ result }),
      (error: Error) => process.send?.({ error: error.message }),
    )
  })
}
