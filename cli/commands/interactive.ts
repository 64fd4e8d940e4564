import { humanId } from 'human-id'
import type { ChatClient } from '../connection/client-events.ts'
import { ServerUnreachableError } from '../connection/client-events.ts'
import { GifViewer } from '../gif/gif-viewer.ts'
import { motionOf } from '../gif/motion.ts'
import { createGifStage } from '../gif/terminal-stage.ts'
import { AppStore } from '../hooks/app-store.ts'
import type { Texts } from '../i18n/en.ts'
import { localeOf, textsFor } from '../i18n/pick-texts.ts'
import { DEFAULT_SERVER } from '../identity/server-address.ts'
import { openTokenFile } from '../identity/token-file.ts'
import { initialState, type Screen } from '../state/app-state.ts'
import type { DisplaySettings } from '../state/display-settings.ts'
import type { Environment } from '../state/environment.ts'
import type { Sentence } from '../state/sentence.ts'
import { backgroundOf } from '../terminal/background.ts'
import { graphicsLevel } from '../terminal/graphics.ts'
import { showsHyperlinks } from '../terminal/hyperlink.ts'
import { colorDepth } from '../terminal/palette.ts'
import { asReadStream, TerminalInput } from '../terminal/terminal-input.ts'
import { askTerminal } from '../terminal/terminal-query.ts'
import type { TerminalReport } from '../terminal/terminal-report.ts'
import { BELL } from '../terminal/title.ts'
import { EXIT_CODES, type ExitCode, UsageError } from './exit-codes.ts'
import { createKnownClient } from './known-client.ts'
import { type CommandContext, type CommandOptions, runCommand, tokenFileOf } from './options.ts'
import { type OwnServer, startOwnServer } from './own-server.ts'

/** A command that takes the screen. */
export interface Interactive {
  /** As typed, for the sentence that it needs a terminal. */
  readonly name: string
  readonly server: string
  /** Starts a server when there is none at the default address. */
  readonly canServe: boolean
  /**
   * What has to succeed before the screen is taken, so that a failure still has its exit code; returns the screen to
   * begin with, unless the client's events bring one.
   */
  open(client: ChatClient): Promise<Screen | undefined>
}

/** A readable title for a room that nobody has named: `brave otters sing`. */
export const suggestTitle = (): string => humanId({ separator: ' ', capitalize: false })

/** Connects, opens and shows the app until the user leaves it; gives the terminal back in every case. */
export async function runInteractive(
  command: Interactive,
  options: CommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { env } = context
  return runCommand(options, context, async display => {
    const texts = textsFor(localeOf(env, display.lang))
    const { stdin, stdout } = process
    if (!stdin.isTTY || !stdout.isTTY || env.TERM === 'dumb')
      throw new UsageError(texts.needsTerminal(command.name))
    // The screen's code loads while the terminal and the server are asked.
    // Our theme already knows the terminal's colours; the library below it would look for them once more.
    process.env.FORCE_COLOR = '3'
    const ui = import('../ui/show-app.tsx')
    using input = new TerminalInput(stdin, () => process.kill(process.pid, 'SIGINT'))
    input.setRawMode(true)
    const asked = askTerminal({ input, output: stdout, environment: env })
    const notices: Sentence[] = []
    const tokenFile = openTokenFile(tokenFileOf(options, env), problem =>
      notices.push(words => words.problems.token(problem)),
    )
    const { client, saved } = await createKnownClient({ server: command.server, tokenFile })
    const stage = createGifStage({ stdout, graphics: graphicsOf(display, env), motion: motionOf(display) })
    const viewer = new GifViewer()
    const store = new AppStore({
      client,
      stage,
      viewer,
      ring: () => stdout.write(BELL),
      initial: initialState(environmentOf(command, texts, display, env, await asked), Date.now()),
    })
    input.subscribe(signal => {
      if (signal.type === 'reply') return
      if (signal.type === 'focus') stage.setFocused(signal.isFocused)
      store.dispatch(signal)
    })
    let ownServer: OwnServer | undefined
    try {
      ownServer = await connect(client, command, env)
      if (ownServer !== undefined) notices.unshift(words => words.ownServer)
      const screen = await command.open(client)
      const { showApp } = await ui
      store.dispatch({ type: 'begin', screen, notice: notices[0] })
      await showApp({ store, stage, stdin: asReadStream(input), stopped: context.stopped })
      return EXIT_CODES.done
    } finally {
      store.close()
      stage.close()
      viewer.close()
      await client.close()
      await saved()
      await ownServer?.close()
    }
  })
}

/** Connects; where there is no server at the default address, starts one in this process first. */
async function connect(
  client: ChatClient,
  { server, canServe }: Interactive,
  env: CommandContext['env'],
): Promise<OwnServer | undefined> {
  try {
    await client.connect()
    return undefined
  } catch (error) {
    if (!(error instanceof ServerUnreachableError) || !canServe || server !== DEFAULT_SERVER) throw error
  }
  const ownServer = await startOwnServer(env)
  await client.connect()
  return ownServer
}

const environmentOf = (
  { server }: Interactive,
  texts: Texts,
  display: DisplaySettings,
  env: CommandContext['env'],
  terminal: TerminalReport,
): Environment => ({
  texts,
  display,
  terminal,
  server,
  size: { columns: process.stdout.columns, rows: process.stdout.rows },
  colors: {
    depth: colorDepth(env),
    background: backgroundOf({
      chosen: display.theme,
      reported: terminal.background,
      environment: env,
    }),
  },
  hasColor: colorDepth(env) !== 'none',
  hasLinks: showsHyperlinks(env),
  suggestTitle,
})

const graphicsOf = ({ graphics }: DisplaySettings, environment: CommandContext['env']) =>
  graphicsLevel({ isTTY: true, environment, chosen: graphics === 'auto' ? undefined : graphics })
