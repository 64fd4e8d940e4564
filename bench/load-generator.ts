import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { LoadRequest, PaceResult, TalkOptions, TalkResult } from './load/requests.ts'

interface Answer {
  readonly result?: unknown
  readonly error?: string
}

/** The clients of one server, in their own process. */
export class LoadGenerator implements AsyncDisposable {
  readonly #process: ChildProcess

  constructor() {
    this.#process = fork(join(import.meta.dirname, 'load/main.ts'), { execArgv: [] })
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Seats that many members in each of that many rooms. */
  async fill(options: Omit<LoadRequest & { kind: 'fill' }, 'kind'>): Promise<void> {
    await this.#ask({ kind: 'fill', ...options })
  }

  async talk(options: TalkOptions): Promise<TalkResult> {
    // `talk` of load/main.ts answers this type.
    return (await this.#ask({ kind: 'talk', ...options })) as TalkResult
  }

  async pace(options: { readonly everyMs: number; readonly messages: number }): Promise<PaceResult> {
    // `pace` of load/main.ts answers this type.
    return (await this.#ask({ kind: 'pace', ...options })) as PaceResult
  }

  async leave(): Promise<void> {
    await this.#ask({ kind: 'leave' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, 'exit')
    if (this.#process.kill('SIGKILL')) await exited
  }

  async #ask(request: LoadRequest): Promise<unknown> {
    const ended = new AbortController()
    const gone = once(this.#process, 'exit', { signal: ended.signal }).then(([code]) => {
      throw new Error(`the load generator ended with ${code}`)
    })
    gone.catch(() => {})
    const answered = once(this.#process, 'message', { signal: ended.signal })
    answered.catch(() => {})
    this.#process.send(request)
    // load/main.ts sends this type.
    const [{ result, error }] = (await Promise.race([answered, gone])) as [Answer]
    ended.abort()
    if (error !== undefined) throw new Error(`${request.kind}: ${error}`)
    return result
  }
}
