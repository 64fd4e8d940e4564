import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, createCluster, ErrorReply } from 'redis'
import type { RedisAddress } from './redis-address.ts'

/** Waits between tries to connect, in milliseconds: the first, and the longest. */
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 1_000
/**
 * How long Redis may take to accept a connection. One that says nothing for so long is dead: it is
 * asked for a sign once a second.
 */
const PATIENCE = { connectTimeout: 2_000, socketTimeout: 4_000 } as const
const PING_MS = 1_000
/** While one of a cluster can't be reached, the others are asked so often who does its work. */
const REDISCOVER_MS = 1_000
/** The sentinels are asked so often which server it is: usually, and while it is away. */
const ASK_MS = 1_000
const ASK_AGAIN_MS = 200

/** The connections of a node to Redis: to publish, and to hear what is on its own channel. */
export interface RedisConnections {
  /** Whether both can be used. */
  readonly isReady: boolean
  /** Tries until Redis answers, or until `close`. What comes on the channel is heard then. */
  open(channel: string, receive: (envelope: Buffer) => void): Promise<void>
  /** Resolves when Redis has it. */
  publish(channel: string, envelope: Buffer): Promise<unknown>
  close(): Promise<void>
}

type Host = RedisAddress['hosts'][number]

interface RedisNews {
  readonly onTrouble: (error: unknown) => void
  /** A part of the connections is ready, perhaps not all of them. */
  readonly onReady: () => void
}

/** The connections that an address asks for. */
export function redisConnectionsTo(address: RedisAddress, news: RedisNews): RedisConnections {
  switch (address.kind) {
    case 'server':
      return toServer(address, news)
    case 'sentinel':
      return toSentinels(address, news)
    case 'cluster':
      return toCluster(address, news)
    default:
      return address.kind satisfies never
  }
}

/** What all clients have in common. */
const optionsOf = ({ username, password, database, isTls }: RedisAddress) => ({
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
  ...(database > 0 && { database }),
  disableOfflineQueue: true,
  pingInterval: PING_MS,
  maintNotifications: 'disabled' as const,
  socket: {
    ...(isTls && { tls: true as const }),
    ...PATIENCE,
    reconnectStrategy: (retries: number) => Math.min(FIRST_RETRY_MS * 2 ** retries, LONGEST_RETRY_MS),
  },
})

/**
 * By default each command makes an AbortSignal, which fires long after it was answered: a third of
 * what a PUBLISH costs. `RedisWire` finds out that Redis does not answer.
 */
const COMMANDS = { timeout: 0 }

function toServer(address: RedisAddress, { onTrouble, onReady }: RedisNews): RedisConnections {
  const { socket, ...options } = optionsOf(address)
  const [at] = address.hosts
  const open = () => createClient({ ...options, socket: { ...socket, ...at }, commandOptions: COMMANDS })
  const [publisher, subscriber] = [open(), open()]
  for (const client of [publisher, subscriber]) client.on('error', onTrouble).on('ready', onReady)
  return {
    get isReady() {
      return publisher.isReady && subscriber.isReady
    },
    async open(channel, receive) {
      await Promise.all([publisher.connect(), subscriber.connect()])
      // After a new connection, the client subscribes again by itself.
      await subscriber.subscribe(channel, receive, true)
    },
    publish: (channel, envelope) => publisher.publish(channel, envelope),
    async close() {
      for (const client of [subscriber, publisher]) {
        if (client.isReady) await client.close().catch(() => {})
        else if (client.isOpen) client.destroy()
      }
    },
  }
}

/**
 * Follows the server that the sentinels name, also to another one. The client's own way of doing so
 * asks them without a pause while that server is gone, and says that it is ready meanwhile.
 */
function toSentinels(address: RedisAddress, { onTrouble, onReady }: RedisNews): RedisConnections {
  let followed: { readonly at: Host; readonly connections: RedisConnections } | undefined
  const end = new AbortController()
  const follow = (at: Host): RedisConnections => {
    const isFollowed = () => followed?.at === at
    const connections = toServer(
      { ...address, hosts: [at] },
      {
        onTrouble: error => isFollowed() && onTrouble(error),
        onReady: () => isFollowed() && onReady(),
      },
    )
    followed = { at, connections }
    return connections
  }
  return {
    get isReady() {
      return followed?.connections.isReady === true
    },
    async open(channel, receive) {
      while (!end.signal.aborted) {
        try {
          const at = await serverOfSentinels(address)
          if (end.signal.aborted) return
          if (at.host !== followed?.at.host || at.port !== followed.at.port) {
            void followed?.connections.close()
            follow(at).open(channel, receive).catch(onTrouble)
          }
        } catch (error) {
          // Without sentinels, the server that is known still works.
          if (!this.isReady) onTrouble(error)
        }
        await sleep(this.isReady ? ASK_MS : ASK_AGAIN_MS, undefined, { signal: end.signal })
      }
    },
    publish: (channel, envelope) =>
      followed?.connections.publish(channel, envelope) ?? Promise.reject(new Error('no server is known')),
    async close() {
      end.abort()
      await followed?.connections.close()
    },
  }
}

/** The server that the first sentinel names which answers. */
async function serverOfSentinels({ hosts, isTls, name = '' }: RedisAddress): Promise<Host> {
  let reason: unknown
  for (const at of hosts) {
    const socket = {
      ...at,
      ...(isTls && { tls: true as const }),
      ...PATIENCE,
      reconnectStrategy: false as const,
    }
    const sentinel = createClient({ socket, maintNotifications: 'disabled' })
    sentinel.on('error', () => {}) // the call that fails says it, too
    try {
      await sentinel.connect()
      const answer: unknown = await sentinel.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name])
      const [host, port] = Array.isArray(answer) ? answer.map(String) : []
      if (host !== undefined && Number(port) > 0) return { host, port: Number(port) }
      reason = new Error(`the sentinel at ${at.host}:${at.port} knows no server called ${name}`)
    } catch (error) {
      reason = error
    } finally {
      if (sentinel.isOpen) sentinel.destroy()
    }
  }
  throw reason
}

/**
 * Publishes to the one server of a cluster that a channel belongs to (SPUBLISH of Redis 7). A plain
 * PUBLISH goes from any of them to all others. It is for what nobody hears that way: a node which
 * has the address of one server listens in plain channels only, and so do all where Redis refuses
 * the others, which is found out by trying. So each node listens both ways.
 */
function toCluster(address: RedisAddress, { onTrouble, onReady }: RedisNews): RedisConnections {
  const options = optionsOf(address)
  const cluster = createCluster({
    rootNodes: address.hosts.map(socket => ({ socket })),
    defaults: options,
    commandOptions: COMMANDS,
    topologyRefreshOnReconnectionAttemptStrategy: REDISCOVER_MS,
  })
  cluster.on('error', onTrouble).on('node-error', onTrouble).on('node-ready', onReady)
  const end = new AbortController()
  let isSharded = true
  let isListening = false
  const listen = async (channel: string, receive: (envelope: Buffer) => void) => {
    try {
      await cluster.sSubscribe(channel, receive, true)
    } catch (error) {
      if (!isRefused(error)) throw error
      isSharded = false
    }
    await cluster.subscribe(channel, receive, true)
  }
  return {
    get isReady() {
      const { masters, pubSubNode } = cluster
      const isHeard = isSharded
        ? masters.some(master => master.pubSub?.client.isReady === true)
        : pubSubNode?.client.isReady === true
      return (
        isListening && cluster.isReady && isHeard && masters.every(master => master.client?.isReady === true)
      )
    },
    async open(channel, receive) {
      await untilDone(() => cluster.connect(), onTrouble, end.signal)
      const keepListening = () => untilDone(() => listen(channel, receive), onTrouble, end.signal)
      await keepListening()
      // The client subscribes again when a server has gone, but nobody hears of a refusal: the
      // process would end. `test/server/cluster/redis-channels.test.ts` finds an event renamed.
      for (const lost of ['__resubscribeListeners', 'sharded-channel-moved-error'])
        cluster.removeAllListeners(lost).on(lost, () => keepListening().then(onReady, onTrouble))
      isListening = true
      onReady()
    },
    async publish(channel, envelope) {
      if (isSharded && (await cluster.sPublish(channel, envelope)) > 0) return
      // To one server, always the same, so that it arrives in its order.
      const owner = await cluster.getNodeClientForKey(channel)
      await owner.publish(channel, envelope)
    },
    async close() {
      end.abort()
      if (cluster.isOpen) cluster.destroy()
    },
  }
}

/** Whether Redis knows no sharded channels, or does not let this user have them. */
const isRefused = (error: unknown): boolean =>
  error instanceof ErrorReply && /^(ERR unknown command|NOPERM)/.test(error.message)

/** Tries again until it works, or until the signal. */
async function untilDone(
  attempt: () => Promise<unknown>,
  onTrouble: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await attempt()
      return
    } catch (error) {
      onTrouble(error)
      await sleep(LONGEST_RETRY_MS, undefined, { signal })
    }
  }
}
