import { join } from 'node:path'
import { AskedProcess } from './asked-process.ts'
import type { LoadRequest, PaceResult, ReturnResult, TalkOptions, TalkResult } from './load/requests.ts'

/** The clients of one server, in their own process. */
export class LoadGenerator implements AsyncDisposable {
  readonly #process = new AskedProcess<LoadRequest>(
    join(import.meta.dirname, 'load/main.ts'),
    'the load generator',
  )

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Seats that many members in each of that many rooms. */
  async fill(options: Omit<LoadRequest & { kind: 'fill' }, 'kind'>): Promise<void> {
    await this.#process.ask({ kind: 'fill', ...options })
  }

  async talk(options: TalkOptions): Promise<TalkResult> {
    // `talk` of load/main.ts answers this type.
    return (await this.#process.ask({ kind: 'talk', ...options })) as TalkResult
  }

  async pace(options: { readonly everyMs: number; readonly messages: number }): Promise<PaceResult> {
    // `pace` of load/main.ts answers this type.
    return (await this.#process.ask({ kind: 'pace', ...options })) as PaceResult
  }

  /** Resolves with the ids of the rooms. */
  async seat(options: Omit<LoadRequest & { kind: 'seat' }, 'kind'>): Promise<readonly string[]> {
    // `seatClients` answers this type.
    return (await this.#process.ask({ kind: 'seat', ...options })) as readonly string[]
  }

  /** Resolves when everything that those who are seated said is acknowledged. */
  async say(each: number): Promise<void> {
    await this.#process.ask({ kind: 'say', each })
  }

  async awaitReturn(): Promise<ReturnResult> {
    // `awaitReturn` of load/returners.ts answers this type.
    return (await this.#process.ask({ kind: 'await-return' })) as ReturnResult
  }

  async leave(): Promise<void> {
    await this.#process.ask({ kind: 'leave' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]()
  }
}
