import { trustAuthorities } from './shell/authorities.ts'
import { createCommandClient } from './shell/command-client.ts'
import type { CommandContext } from './shell/command-context.ts'
import { EXIT_CODES, type ExitCode } from './shell/exit-codes.ts'
import { type CommandOptions, serverOption } from './shell/settings.ts'
import { openCommandTokenFile } from './shell/with-client.ts'

/**
 * Milliseconds from the program's start until it prints what it knows. Longer feels like a stuck
 * Tab. Where the start alone took more than half of it, the machine is busy, and asking may take as
 * long as the start.
 */
const TAB_MS = 400
/** Milliseconds that asking takes at most. */
const MOST_MS = 1_000

/** An id that a shell takes for nothing else: it has nothing to expand, and it is no flag. */
const WORD = /^\w[\w-]{0,31}$/

/**
 * `gifchat completion rooms`, which the scripts call at each Tab: the ids of the rooms there are,
 * one a line. Of a server that is not there, is slow, or makes no sense it prints nothing. It
 * leaves the connection open: its caller ends the process. `endNow` is called when it is too late
 * to wait for anything.
 */
export async function completionRoomsCommand(
  options: CommandOptions,
  context: CommandContext,
  endNow: () => void = () => undefined,
): Promise<ExitCode> {
  const { promise: late, resolve } = Promise.withResolvers<readonly string[]>()
  let isLate = false
  const giveUp = () => {
    isLate = true
    resolve([])
  }
  const startMs = performance.now()
  const timer = setTimeout(giveUp, Math.min(MOST_MS, Math.max(startMs, TAB_MS - startMs)))
  const ids = await Promise.race([late, roomIds(options, context).catch(() => [])])
  clearTimeout(timer)
  const lines = ids.filter(id => WORD.test(id)).map(id => `${id}\n`)
  // The process ends next, and with it what a pipe has not taken yet.
  await new Promise(taken => context.stdout.write(lines.join(''), taken))
  if (isLate) endNow()
  return EXIT_CODES.done
}

async function roomIds(options: CommandOptions, context: CommandContext): Promise<readonly string[]> {
  await trustAuthorities(options, context)
  const server = serverOption(options, context.env)
  const tokenFile = openCommandTokenFile(options, context)
  const { client, saved } = await createCommandClient({ server, tokenFile, env: context.env })
  await client.connect()
  const [rooms] = await Promise.all([client.listRooms(), saved()])
  return rooms.map(({ id }) => id)
}
