import { LoadGenerator } from './load-generator.ts'
import type { RunningServer, Subject } from './subjects.ts'

/** A server that runs, with its own load generator. */
export interface Contestant {
  readonly subject: Subject
  readonly server: RunningServer
  readonly load: LoadGenerator
}

/** Starts all, and ends all when disposed. */
export class Contestants implements AsyncDisposable {
  readonly #all: Contestant[] = []
  #round = 0

  static async start(subjects: readonly Subject[]): Promise<Contestants> {
    const contestants = new Contestants()
    try {
      for (const subject of subjects) {
        const server = await subject.start()
        contestants.#all.push({ subject, server, load: new LoadGenerator() })
      }
      return contestants
    } catch (error) {
      await contestants[Symbol.asyncDispose]()
      throw error
    }
  }

  /** One after the other, each time beginning with another, so that a drift of the machine favours none. */
  async each(measure: (contestant: Contestant, index: number) => Promise<void>): Promise<void> {
    const first = this.#round++ % Math.max(1, this.#all.length)
    const entries = [...this.#all.entries()]
    for (const [index, contestant] of [...entries.slice(first), ...entries.slice(0, first)]) {
      await measure(contestant, index)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { load, server } of this.#all) {
      await load[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    }
  }
}
