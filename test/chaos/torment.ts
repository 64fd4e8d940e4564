import { setTimeout as sleep } from 'node:timers/promises'
import { RequestError } from '../../protocol/error-codes.ts'
import type { FetchedGif } from './checker.ts'
import { FAULTS, type Fault, type FaultyProxy } from './faulty-proxy.ts'
import type { GifSupply } from './gif-supply.ts'
import type { ChaosPlan, ChaosReport, ChaosServer } from './plan.ts'
import { pick } from './random.ts'
import type { Talker } from './talker.ts'

/** Who and what takes part. */
interface Scene {
  readonly plan: ChaosPlan
  readonly server: ChaosServer
  readonly proxy: FaultyProxy
  readonly talkers: readonly Talker[]
  readonly supply: GifSupply
  readonly random: () => number
}

interface Torment {
  readonly faults: ChaosReport['faults']
  /** Milliseconds since 1970. */
  readonly killedAt: readonly number[]
  readonly gifs: readonly FetchedGif[]
}

/** Everybody talks, and everything breaks. */
export async function torment(scene: Scene): Promise<Torment> {
  const { plan, server, proxy, random } = scene
  const faults: Record<Fault | 'kill', number> = { cut: 0, halve: 0, stall: 0, delay: 0, kill: 0 }
  const killedAt: number[] = []
  const durationMs = Math.max(1, plan.kills) * plan.killEveryMs
  const names = Object.keys(FAULTS) as Fault[] // keys of a const object
  const breaks = names.filter(name => FAULTS[name] === 'breaks')
  const holdsUp = names.filter(name => FAULTS[name] === 'holds up')

  const kill = async () => {
    for (let index = 0; index < plan.kills; index++) {
      await sleep(plan.killEveryMs * (0.5 + random()))
      await server.stop('SIGKILL')
      killedAt.push(Date.now())
      await server.start()
      faults.kill++
    }
  }
  const disturb = async (choices: readonly Fault[], count: number) => {
    for (let index = 0; index < count; ) {
      await sleep((durationMs / count) * (0.5 + random()))
      const fault = pick(choices, random)
      if (!proxy.inject(fault, random)) continue
      faults[fault]++
      index++
    }
  }
  const [gifs] = await Promise.all([
    talk(scene, durationMs),
    kill(),
    server.torment?.(plan, durationMs, random),
    disturb(breaks, plan.cuts),
    disturb(holdsUp, Math.ceil(plan.cuts / 2)),
  ])
  return { faults, killedAt, gifs }
}

/** Every now and then the message is a GIF, and somebody fetches one that was shown. */
async function talk(
  { plan, talkers, supply, random }: Scene,
  durationMs: number,
): Promise<readonly FetchedGif[]> {
  const { messages, gifs = 0 } = plan
  const fetching: Promise<FetchedGif | undefined>[] = []
  for (let index = 0; index < messages; index++) {
    // So many of the messages, spread evenly.
    const isGif = Math.floor(((index + 1) * gifs) / messages) > Math.floor((index * gifs) / messages)
    if (isGif) {
      pick(talkers, random).show(supply.newGif())
      fetching.push(fetchShown(pick(talkers, random), supply))
    } else pick(talkers, random).speak()
    await sleep((durationMs / messages) * 2 * random())
  }
  return (await Promise.all(fetching)).filter(fetched => fetched !== undefined)
}

/** Undefined when there is none yet, or when a connection broke. */
async function fetchShown(
  { client, record, gifs, name }: Talker,
  supply: GifSupply,
): Promise<FetchedGif | undefined> {
  const gif = gifs.at(-1)?.gif
  if (gif === undefined) return undefined
  const fetched = { name: gif.name, server: `what ${name} was given` }
  try {
    const bytes = await client.awaitGif(record.room, gif.id)
    return { ...fetched, outcome: supply.isSame(gif.name, bytes) ? 'same' : 'other' }
  } catch (error) {
    if (error instanceof RequestError && error.code === 'noSuchGif') return { ...fetched, outcome: 'none' }
    return undefined
  }
}
