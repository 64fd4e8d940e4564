import { announceBackgroundServer } from './background-servers.ts'
import { type ChatServer, startChatServer } from './chat-server.ts'
import type { HostReport, HostRequest } from './hosting.ts'
import { hostInAddress } from './own-addresses.ts'

/*
 * A server that a client runs in a process of its own, because none answered. Its life:
 * 1. The client that forked it says `start`.
 * 2. It serves. It ends when it is told to `stop`, and when the client is gone, however that ended.
 * 3. After `detach` it goes on in the background, where `gifchat serve --status` and `--stop` find
 *    it. It ends when nobody is connected and no room is left.
 */

/** How often a server that stays looks whether somebody is still there, in milliseconds. */
const LOOK_MS = 500

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const since = Date.now()
let server: ChatServer | undefined
let isDetached = false
let withdraw = () => {}
const openHosts = new Set<string>()

const report = (said: HostReport): void => void process.send?.(said)

process.on('message', (request: HostRequest) => {
  takeRequest(request).catch((error: unknown) =>
    report({ kind: 'failed', why: error instanceof Error ? error.message : String(error) }),
  )
})
process.on('disconnect', () => {
  if (!isDetached) void end()
})
process.on('SIGTERM', end)
process.on('SIGINT', end)

async function takeRequest(request: HostRequest): Promise<void> {
  switch (request.kind) {
    case 'start':
      server = await startChatServer(request.config, silent)
      report({ kind: 'listening', url: server.url })
      break
    case 'share':
      report({ kind: 'shared', hosts: await openAt(request.hosts) })
      break
    case 'count':
      report({ kind: 'connections', count: server?.countUse().connections ?? 0 })
      break
    case 'detach':
      await detach()
      report({ kind: 'detached' })
      break
    case 'stop':
      await end()
      break
    default:
      request satisfies never
  }
}

/**
 * Takes clients at each of these addresses where that is possible, and returns those where it is.
 * Rejects if it is possible at none.
 */
async function openAt(hosts: readonly string[]): Promise<readonly string[]> {
  let failure: unknown
  for (const host of hosts) {
    if (openHosts.has(host)) continue
    try {
      await server?.listenAt(host)
      openHosts.add(host)
    } catch (error) {
      failure ??= error
    }
  }
  const open = hosts.filter(host => openHosts.has(host))
  if (open.length === 0 && failure !== undefined) throw failure
  return open
}

async function detach(): Promise<void> {
  if (server === undefined || isDetached) return
  const { url, port, countUse } = server
  const told = { pid: process.pid, url, port, since, endsUnused: true }
  const addresses = () => [...openHosts].map(host => `ws://${hostInAddress(host)}:${port}`)
  withdraw = await announceBackgroundServer(told, { countUse, addresses, stop: end })
  isDetached = true
  setInterval(endWhenUnused, LOOK_MS)
}

function endWhenUnused(): void {
  const { connections = 0, rooms = 0 } = server?.countUse() ?? {}
  if (connections === 0 && rooms === 0) void end()
}

async function end(): Promise<void> {
  await server?.close()
  withdraw()
  process.exit(0)
}
