import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../test/chaos/random.ts'
import { answerRequests } from '../asked-process.ts'
import type { Flood } from './abuse.ts'
import { ABUSES } from './abuses.ts'
import { newTally } from './flood-connection.ts'
import type { FloodRequest, FloodResult } from './requests.ts'

/** The same in every run. */
const SEED = 19
/** A flood that has not stopped by itself after this long is left to its end, in milliseconds. */
const STOP_MS = 2_000

const tally = newTally()
let flood: Flood | undefined

async function prepare({
  abuse,
  variant,
  ...rooms
}: FloodRequest & { readonly kind: 'prepare' }): Promise<void> {
  const begin = ABUSES.find(({ name }) => name === abuse)?.variants[variant]
  if (begin === undefined) throw new Error(`there is no ${abuse}: ${variant}`)
  flood = await begin({ ...rooms, tally, random: seededRandom(SEED) })
  Object.assign(tally, newTally())
}

async function run(milliseconds: number): Promise<FloodResult> {
  if (flood === undefined) throw new Error('not prepared')
  const ended = new AbortController()
  // Every connection of the flood listens for the end.
  setMaxListeners(0, ended.signal)
  const flooding = flood(ended.signal)
  await sleep(milliseconds)
  ended.abort()
  await Promise.race([flooding, sleep(STOP_MS)])
  return tally
}

answerRequests((request: FloodRequest) =>
  request.kind === 'prepare' ? prepare(request) : run(request.milliseconds),
)
