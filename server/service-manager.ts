import { execFile } from 'node:child_process'

type Environment = Readonly<Record<string, string | undefined>>

/** The first descriptor that systemd hands on (sd_listen_fds(3)). */
const FIRST_DESCRIPTOR = 3

/**
 * The descriptor of a listening socket that a service manager has handed to this process, or
 * `undefined` (sd_listen_fds(3)).
 */
export function inheritedSocket(env: Environment, pid: number): number | undefined {
  const isForThisProcess = env.LISTEN_PID === String(pid)
  return isForThisProcess && Number(env.LISTEN_FDS) >= 1 ? FIRST_DESCRIPTOR : undefined
}

/** What a service manager is told (sd_notify(3)). */
type ServiceState = 'READY=1' | 'STOPPING=1'

/**
 * Tells the service manager, if there is one that wants to know. Node.js can't write to a Unix
 * datagram socket, so `systemd-notify` does it; it counts as this process with `NotifyAccess=all`.
 */
export function notifyServiceManager(env: Environment, state: ServiceState): void {
  if (!env.NOTIFY_SOCKET) return
  // Without it, systemd itself says that nothing was told, and when it gives up.
  execFile('systemd-notify', [state], { timeout: 5_000 }, () => {})
}
