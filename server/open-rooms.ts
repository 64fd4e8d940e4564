import type { ChatStore } from './chat/chat-store.ts'
import type { CoreLog } from './chat/core-log.ts'
import { Lobby } from './chat/lobby.ts'
import type { RoomDirectory } from './chat/room-access.ts'
import { RoomRegistry } from './chat/room-registry.ts'
import type { RedisAddress } from './cluster/redis-address.ts'
import type { Config } from './config.ts'
import type { PrometheusMetrics } from './metrics/prometheus-metrics.ts'
import { type FleetUse, NO_FLEET_METRICS } from './metrics/server-metrics.ts'

import { measureStore } from './store/measured-store.ts'
import { openFleetStore, openStore } from './store/open-store.ts'
import { StoreSettingsError } from './store/store-settings-error.ts'

/** The rooms of a server, and where they are kept. */
export interface OpenRooms {
  readonly store: ChatStore
  readonly lobby: Lobby
  /** Where sessions find rooms, on whatever server those are. */
  readonly directory: RoomDirectory
  /** The rooms of this server. */
  readonly registry: RoomRegistry
  /** What one of several servers has to do with the others at this moment. */
  readonly fleetUse?: () => FleetUse
  /** Opens the rooms that are there already. Rejects as the store does, and can be called again. */
  reopenRooms(): Promise<void>
  /**
   * Hands rooms over to other servers, and nobody in them is refused anything meanwhile. Resolves
   * with whether there are others, to whom people can go.
   */
  handOverRooms(): Promise<boolean>
  /** Ends all rooms in memory, when there are no connections any more. They stay stored. */
  closeRooms(): Promise<void>
}

interface RoomsOptions {
  readonly config: Config
  readonly log: CoreLog
  readonly signal: AbortSignal | undefined
  /** Another server has taken the data over, because this one stood still for long. */
  readonly onTakenOver: () => void
  readonly metrics: PrometheusMetrics | undefined
}

/**
 * Opens the rooms that the settings name: of a lone server, or of one of several. Rejects as the
 * store does.
 */
export async function openRooms(options: RoomsOptions): Promise<OpenRooms> {
  const { mongodbUri, redisUrl } = options.config
  if (redisUrl !== undefined && mongodbUri === undefined)
    throw new StoreSettingsError('Several servers share one MongoDB: --redis-url needs --mongodb-uri.')
  const isShared = redisUrl !== undefined && mongodbUri !== undefined
  const rooms = isShared ? openFleetRooms({ ...options, mongodbUri, redisUrl }) : openLoneRooms(options)
  if (options.metrics !== undefined) measureStore((await rooms).store, options.metrics)
  return rooms
}

async function openLoneRooms({ config, log, signal, onTakenOver }: RoomsOptions): Promise<OpenRooms> {
  const store = await openStore({ ...config, log, signal, onTakenOver })
  const lobby = new Lobby()
  const registry = new RoomRegistry({ store, lobby, log, settings: { ...config, now: Date.now } })
  return {
    store,
    lobby,
    directory: registry,
    registry,
    reopenRooms: () => registry.reopenRooms(),
    handOverRooms: async () => false,
    async closeRooms() {
      registry.closeRooms()
    },
  }
}

/** The code for several servers is loaded only here. */
async function openFleetRooms({
  config,
  log,
  signal,
  onTakenOver,
  metrics: counted,
  mongodbUri,
  redisUrl,
}: RoomsOptions & { readonly mongodbUri: string; readonly redisUrl: RedisAddress }): Promise<OpenRooms> {
  const [{ Fleet }, { RedisWire }] = await Promise.all([
    import('./cluster/fleet.ts'),
    import('./cluster/redis-wire.ts'),
  ])
  const { store, owners } = await openFleetStore({ ...config, mongodbUri, log, signal, onTakenOver })
  const metrics = counted?.countFleet() ?? NO_FLEET_METRICS
  const wire = new RedisWire({
    address: redisUrl,
    prefix: config.redisPrefix,
    node: owners.node,
    log,
    metrics,
  })
  const lobby = new Lobby()
  const settings = { ...config, now: Date.now }
  const fleet = new Fleet({ store, owners, wire, lobby, log, metrics, settings })
  return {
    store,
    lobby,
    directory: fleet.directory,
    registry: fleet.registry,
    fleetUse: () => fleet.use,
    reopenRooms: () => fleet.startFleet(),
    handOverRooms: () => fleet.handOverRooms(),
    async closeRooms() {
      await fleet.leaveFleet()
      fleet.registry.closeRooms()
    },
  }
}
