import { performance } from 'node:perf_hooks'
import type { TalkOptions, TalkResult } from './load/requests.ts'
import { LoadGenerator } from './load-generator.ts'
import type { RunningServer, Subject } from './subjects.ts'

/** A running server with its own load generator. */
interface Contestant {
  readonly subject: Subject
  readonly server: RunningServer
  readonly load: LoadGenerator
}

/**
 * How long each server gets messages before it is measured, in milliseconds. Compilers need more
 * than the first second.
 */
const WARM_UP_MS = 4_000
/**
 * How long a measurement takes at least, in milliseconds, so that a short disturbance on the
 * machine weighs little.
 */
const MEASURE_MS = 1_000

/** Starts all subjects, and stops them when disposed. */
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

  /**
   * Measures one after the other. Each round begins with another one, so that a drift of the
   * machine favours none.
   */
  async each(measure: (contestant: Contestant, index: number) => Promise<void>): Promise<void> {
    const first = this.#round++ % Math.max(1, this.#all.length)
    const entries = [...this.#all.entries()]
    for (const [index, contestant] of [...entries.slice(first), ...entries.slice(0, first)]) {
      await measure(contestant, index)
    }
  }

  /**
   * Sends messages to each server for a while. A server that runs for days is not judged by its
   * first second.
   */
  async warmUp(talkOf: (index: number) => Omit<TalkOptions, 'serverPid'>): Promise<void> {
    await this.repeat(({ server, load }, index) => load.talk({ serverPid: server.pid, ...talkOf(index) }))
  }

  /** Repeats `work` with each server for as long as a warm-up takes. */
  async repeat(work: (contestant: Contestant, index: number) => Promise<unknown>): Promise<void> {
    await this.each(async (contestant, index) => {
      const start = performance.now()
      while (performance.now() - start < WARM_UP_MS) await work(contestant, index)
    })
  }

  /** Sends messages to each server in turn, and passes on the results. */
  async measure(
    talkOf: (index: number) => Omit<TalkOptions, 'serverPid'>,
    take: (result: TalkResult, subject: Subject, index: number) => void,
  ): Promise<void> {
    await this.each(async ({ subject, server, load }, index) => {
      const results: TalkResult[] = []
      const start = performance.now()
      do results.push(await load.talk({ serverPid: server.pid, ...talkOf(index) }))
      while (performance.now() - start < MEASURE_MS)
      take(sumOf(results), subject, index)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { load, server } of this.#all) {
      await load[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    }
  }
}

/** Adds the results of several runs. */
function sumOf(results: readonly TalkResult[]): TalkResult {
  const total = (of: (result: TalkResult) => number) => results.reduce((sum, result) => sum + of(result), 0)
  const milliseconds = total(result => result.milliseconds)
  return {
    deliveries: total(result => result.deliveries),
    answers: total(result => result.answers),
    milliseconds,
    serverCpu: total(result => result.serverCpu),
    loadShare: total(result => result.loadShare * result.milliseconds) / milliseconds,
  }
}
