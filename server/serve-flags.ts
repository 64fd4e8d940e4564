import { Command, CommanderError, Option } from 'commander'
import { type ConfigInput, SETTINGS, ServerConfigError } from './config.ts'
import type { ServeWords } from './words/serve-words.en.ts'

/** The flags of `gifchat serve` that are no settings of a server. */
export type ServeFlags = ConfigInput & {
  readonly detach?: boolean
  readonly status?: boolean
  readonly stop?: boolean
  readonly json?: boolean
  /** Given by `--detach` to the process that it starts. */
  readonly inBackground?: boolean
}

/** What `--lang` takes, as for every other command. */
const LANGUAGES = ['auto', 'en', 'ko']

/** The command line of `gifchat serve`, for the parser, the help and the completions. */
export function serveCommandLine(words: ServeWords): Command {
  const command = new Command('gifchat serve')
    .description(words.about)
    .exitOverride()
    .helpOption('-h, --help', words.helpOption)
    .configureHelp({ styleTitle: title => words.titles[title] ?? title })
    .addHelpText('after', `\n${words.titles.examples}\n${exampleLines(words).join('')}`)
    .addOption(new Option('--in-background').hideHelp())
  for (const [flag, help] of Object.entries(words.background)) command.option(`--${flag}`, help)
  // The language was chosen before, since this is said in it.
  command.option('--lang <value>', words.lang(LANGUAGES)).option('--json', words.json)
  for (const [name, { flag, env, help }] of Object.entries(SETTINGS)) {
    const meaning = words.settings[name as keyof typeof SETTINGS] ?? help // a key of SETTINGS
    command.option(`--${flag} <value>`, `${meaning} (${env})`)
  }
  return command
}

/**
 * Reads what was typed behind `gifchat serve`. Throws `CommanderError`, also after the help was
 * written, and `ServerConfigError`.
 */
export function parseServeFlags(
  args: readonly string[],
  stdout: NodeJS.WritableStream,
  words: ServeWords,
): ServeFlags {
  const command = serveCommandLine(words).configureOutput({
    writeOut: text => stdout.write(text),
    outputError: () => {},
  })
  command.parse(args, { from: 'user' })
  const { lang, ...flags } = command.opts<ServeFlags & { lang?: string }>()
  if (lang !== undefined && !LANGUAGES.includes(lang.toLowerCase()))
    throw new ServerConfigError({
      kind: 'notAllowed',
      source: '--lang',
      value: lang,
      wanted: { kind: 'oneOf', values: LANGUAGES },
    })
  return flags
}

/** The sentence for a mistake on the command line. Throws what is no mistake of whoever typed. */
export function serveUsageProblem(error: unknown, words: ServeWords): string {
  if (error instanceof ServerConfigError) return words.config(error.problem)
  if (!(error instanceof CommanderError)) throw error
  // Commander's sentence quotes the wrong part.
  const [, quoted, last] = /'([^']*)'|: ([^:]*)\.$/.exec(error.message) ?? []
  return `${words.mistakes[error.code]?.(quoted ?? last ?? '') ?? error.message} ${words.hint}`
}

function exampleLines({ examples }: ServeWords): readonly string[] {
  const columns = Math.max(...examples.map(([command]) => command.length)) + 3
  return examples.map(([command, about]) => `  ${command.padEnd(columns)}${about}\n`)
}
