import type { Section } from './section.ts'
import { appends } from './sections/appends.ts'
import { clientMemory } from './sections/client-memory.ts'
import { composer } from './sections/composer.ts'
import { decoding } from './sections/decoding.ts'
import { deliverySections } from './sections/delivery.ts'
import { fleet } from './sections/fleet.ts'
import { fleetLobby } from './sections/fleet-lobby.ts'
import { gifAnimation } from './sections/gif-animation.ts'
import { gifs } from './sections/gifs.ts'
import { growth } from './sections/growth.ts'
import { handOver } from './sections/hand-over.ts'
import { idle } from './sections/idle.ts'
import { joins } from './sections/joins.ts'
import { latency } from './sections/latency.ts'
import { lobby } from './sections/lobby.ts'
import { metrics } from './sections/metrics.ts'
import { receive } from './sections/receive.ts'
import { resume } from './sections/resume.ts'
import { returns } from './sections/returns.ts'
import { scaling } from './sections/scaling.ts'
import { stalledReader } from './sections/stalled-reader.ts'
import { startUp } from './sections/start-up.ts'
import { store } from './sections/store.ts'

/** All sections, in the order of the table. */
export const SECTIONS: readonly Section[] = [
  ...deliverySections,
  scaling,
  latency,
  metrics,
  receive,
  appends,
  store,
  growth,
  idle,
  fleet,
  fleetLobby,
  joins,
  lobby,
  gifs,
  gifAnimation,
  decoding,
  resume,
  returns,
  handOver,
  stalledReader,
  composer,
  clientMemory,
  startUp,
]
