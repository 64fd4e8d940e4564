import { humanId } from 'human-id'
import { RequestError } from '../../protocol/error-codes.ts'
import { AppStore } from '../app/app-store.ts'
import { initialAppState, type Screen } from '../app/model/app-state.ts'
import type { DisplaySettings } from '../app/model/display-settings.ts'
import { readableEvent } from '../app/model/readable-event.ts'
import { systemTimes } from '../app/system-times.ts'
import { createCommandClient } from '../commands/shell/command-client.ts'
import type { CommandContext } from '../commands/shell/command-context.ts'
import { openDebugFile } from '../commands/shell/debug-file.ts'
import { EXIT_CODES, type ExitCode, UsageError } from '../commands/shell/exit-codes.ts'
import { type CommandOptions, tokenFileOption } from '../commands/shell/settings.ts'
import { terminalLines } from '../commands/shell/terminal-lines.ts'
import { TELL_WAIT_MS } from '../commands/shell/with-client.ts'
import type { ChatClient } from '../connection/client-events.ts'
import { ServerUnreachableError } from '../connection/client-events.ts'
import type { Trace } from '../connection/trace.ts'
import { GifFileViewer, removeLeftGifFiles } from '../files/gif-file-viewer.ts'
import { en, type Texts } from '../i18n/en.ts'
import { foreignCodesetOf, localeOf, textsForLocale } from '../i18n/pick-texts.ts'
import { problemSentence, type Sentence } from '../i18n/problem-sentence.ts'
import { suggestKoreanTitle } from '../i18n/title-words.ko.ts'
import { DEFAULT_SERVER } from '../identity/default-server.ts'
import { serverAddressesForOthers } from '../identity/server-address-for-others.ts'
import { openTokenFile, type TokenFile } from '../identity/token-file.ts'
import { clipboardSequence } from '../terminal/clipboard.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { BELL } from '../terminal/title.ts'
import { hasWindowSize } from '../terminal/window-size.ts'
import { enterInvitedRoom } from './enter-first-room.ts'
import { openLineFrontend } from './line-frontend.ts'
import { boundFrontendMemory } from './memory-bounds.ts'
import { type OwnServer, startOwnServer } from './own-server.ts'
import { openScreenFrontend } from './screen-frontend.ts'
import { seekServers, type Visit } from './server-visits.ts'

/** A command that takes the screen. */
interface Interactive {
  /** As typed; for the sentence that says it needs a terminal. */
  readonly name: string
  readonly server: string
  /** Whether to start a server if none answers at the default address. */
  readonly canServe: boolean
  /**
   * Runs before the screen is taken, so that a failure still has its exit code. Returns the first
   * screen, or undefined if the client's events bring it.
   */
  open(client: ChatClient): Promise<Screen | undefined>
}

/** A readable title for a new room: `brave otters sing`, `느긋한 수달`. */
export const suggestRoomTitle = ({ language }: Pick<Texts, 'language'>): string =>
  language === 'ko' ? suggestKoreanTitle() : humanId({ separator: ' ', capitalize: false })

/**
 * Connects, opens and shows the app until the user leaves, on one server after the other if invites
 * to others are pasted. Always gives the terminal back.
 */
export async function runFrontend(
  command: Interactive,
  display: DisplaySettings,
  options: CommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { env, terminal } = context
  const texts = textsForLocale(localeOf(env, display.lang))
  if (terminal === undefined) throw new UsageError(texts.needsTerminal(command.name))
  const codeset = foreignCodesetOf(env)
  if (codeset !== undefined) throw new UsageError(en.needsUtf8(codeset))
  const trace = openDebugFile(env, texts)
  boundFrontendMemory()
  // Two programs may do so at once, and a directory that can't be read has nothing of ours.
  removeLeftGifFiles().catch(() => undefined)
  try {
    const session = { display, options, context: { ...context, terminal }, texts, trace }
    let visit = await showServer(command, undefined, session)
    while (visit !== undefined) visit = await showServer(commandOf(visit, command), visit, session)
    return EXIT_CODES.done
  } finally {
    trace?.close()
  }
}

/** What stays the same on every server. */
interface FrontendSession {
  readonly display: DisplaySettings
  readonly options: CommandOptions
  readonly context: CommandContext & { readonly terminal: Terminal }
  readonly texts: Texts
  readonly trace: Trace | undefined
}

/** Shows the app on one server. Resolves with the visit for which the user left it, if any. */
async function showServer(
  command: Interactive,
  arrived: Visit | undefined,
  { display, options, context, texts, trace }: FrontendSession,
): Promise<Visit | undefined> {
  const { env, terminal, stopped } = context
  // A terminal that can't move its cursor, such as one in an editor, can still show lines.
  const isPlain = display.screenReader || env.TERM === 'dumb'
  if (!isPlain && !hasWindowSize(terminal.stdout)) throw new UsageError(texts.needsWindowSize)
  const front = isPlain ? openLineFrontend(terminal) : await openScreenFrontend(display, terminal)
  const notices: Sentence[] = []
  const tokenFile = openTokenFile(tokenFileOption(options, env), problem =>
    notices.push(words => words.problems.token(problem)),
  )
  const clientOf = (server: string) => createCommandClient({ server, tokenFile, env, trace })
  const { client, saved } = arrived?.known ?? (await clientOf(command.server))
  let visit: Visit | undefined
  const visits = seekServers(clientOf, reached => {
    visit = reached
    store.quit()
  })
  const viewer = new GifFileViewer()
  const environment = {
    ...front.environment,
    texts,
    display,
    servers: await serverAddressesForOthers(command.server),
    dialledServer: command.server,
    suggestTitle: () => suggestRoomTitle(texts),
  }
  const store = new AppStore({
    client,
    stage: front.stage,
    trace,
    viewer,
    ring: () => terminal.stdout.write(BELL),
    copy: text => terminal.stdout.write(clipboardSequence(text)),
    initial: initialAppState(environment, systemTimes()),
    hosted: () => ownServer,
    visits,
    async hostAgain() {
      await host()
      if (ownServer === undefined) store.dispatch({ type: 'hostingOver' })
    },
  })
  for (const event of arrived?.takeEvents() ?? [])
    store.dispatch({ type: 'network', event: readableEvent(event) })
  // Script commands do not listen for SIGHUP, so that nohup works with them.
  const hangUp = new AbortController()
  const onHangUp = () => hangUp.abort()
  // Until the app is shown, which listens itself, a server that does not answer must not keep
  // anybody.
  const giveUp = () => void client.close()
  let isTold = false
  const tell = (sentence: string) => terminal.stdout.write(terminalLines(`${sentence}\n`, terminal.stdout))
  const tellWait = () => tell(texts.script.waitsForServer(command.server))
  const telling = setTimeout(tellWait, TELL_WAIT_MS)
  const unsubscribe = client.subscribe(event => {
    if (isTold || event.type !== 'status' || event.status.state !== 'queueing') return
    isTold = true
    clearTimeout(telling)
    tell(texts.script.queueing)
  })
  const stopTelling = () => {
    clearTimeout(telling)
    unsubscribe()
  }
  let ownServer: OwnServer | undefined
  const host = async () => {
    const started = await connect(client, command, env, tokenFile)
    ownServer = started
    if (started === undefined) return
    store.dispatch({ type: 'hosting' })
    void started.lost.then(() => {
      client.endWithServer()
      store.dispatch({ type: 'hostingLost' })
    })
  }
  try {
    stopped.addEventListener('abort', giveUp, { once: true })
    stopped.throwIfAborted()
    await host()
    stopTelling()
    if (ownServer !== undefined) {
      notices.unshift(words => words.ownServer)
      if (options.share) store.dispatch({ type: 'shared', servers: await ownServer.share() })
    } else if (options.share && arrived === undefined) notices.unshift(words => words.hosting.notYours)
    if (arrived !== undefined) notices.unshift(words => words.lobby.arrived(command.server))
    const screen = await command.open(client).catch((error: unknown) => {
      // Whoever came from another server has a list of rooms to go to.
      if (arrived === undefined || !(error instanceof RequestError)) throw error
      const problem = problemSentence(error)
      notices.unshift(words => `${words.lobby.arrived(command.server)}\n${problem(words)}`)
      return undefined
    })
    store.dispatch({ type: 'begin', screen, notice: notices[0] })
    terminal.host?.on('SIGHUP', onHangUp)
    stopped.removeEventListener('abort', giveUp)
    await front.show(store, AbortSignal.any([stopped, hangUp.signal]))
    return visit
  } finally {
    stopTelling()
    stopped.removeEventListener('abort', giveUp)
    terminal.host?.off('SIGHUP', onHangUp)
    visits.forgetServer()
    store.close()
    front.close()
    viewer.removeShownFiles()
    await client.close()
    await saved()
    await ownServer?.close()
    if (ownServer?.isDetached) tell(texts.hosting.detached)
  }
}

const commandOf = ({ invite: { server, room } }: Visit, { name }: Interactive): Interactive => ({
  name,
  server,
  canServe: false,
  open: async client => (room === undefined ? undefined : enterInvitedRoom(client, room, undefined)),
})

/** Connects. If no server answers at the default address, starts one in this process first. */
async function connect(
  client: ChatClient,
  { server, canServe }: Interactive,
  env: CommandContext['env'],
  tokenFile: TokenFile,
): Promise<OwnServer | undefined> {
  try {
    await client.connect()
    return undefined
  } catch (error) {
    if (!(error instanceof ServerUnreachableError) || !canServe || server !== DEFAULT_SERVER) throw error
  }
  const ownServer = await startOwnServer(env, tokenFile)
  await client.connect()
  return ownServer
}
