import { Command, CommanderError } from 'commander'
import { DISPLAY_SETTINGS } from './app/model/display-settings.ts'
import { surviveFullOutput } from './commands/shell/full-output.ts'
import { printableJsonLine } from './commands/shell/printable-json.ts'
import { terminalLines } from './commands/shell/terminal-lines.ts'
import { en, type Texts } from './i18n/en.ts'
import { localeOf, textsForLocale } from './i18n/pick-texts.ts'
import { withPastedLines } from './identity/pasted-words.ts'
import { createProgram } from './program.ts'

const EXIT_CODE_USAGE = 2

/** Runs the command line and sets `process.exitCode` (README, "Exit codes"). */
export async function main(processArguments: readonly string[]): Promise<void> {
  const argv = [...processArguments.slice(0, 2), ...withPastedLines(processArguments.slice(2))]
  // After `--` there are no flags.
  const end = argv.indexOf('--')
  const isJson = argv.slice(0, end === -1 ? undefined : end).includes('--json')
  const texts = isJson ? en : textsForLocale(localeOf(process.env, languageOf(argv)))
  const forServer = argumentsOfServe(argv.slice(2))
  surviveFullOutput({ isJson, isServer: forServer !== undefined }, texts)
  if (forServer !== undefined) {
    const { serveCommand } = await import('./commands/serve.ts')
    process.exitCode = await serveCommand(forServer, texts)
    return
  }
  const program = createProgram(texts)
  // Mistakes are told below, in the language of the reader.
  for (const command of [program, ...program.commands]) command.configureOutput({ outputError: () => {} })
  try {
    await program.parseAsync(argv)
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Exit code 0 means that help or the version was asked for. Anything else is a mistake.
    if (error.exitCode === 0) return
    const message = unknownCommandSentence(program, texts) ?? mistakeSentence(error, texts)
    const failure = { error: { code: 'usage', exitCode: EXIT_CODE_USAGE, message } }
    const sentences = terminalLines(`${message}\n${texts.usage.hint}\n`, process.stderr)
    process.stderr.write(isJson ? printableJsonLine(failure) : sentences)
    process.exitCode = EXIT_CODE_USAGE
  }
}

/**
 * The language, which is needed before the command line is parsed. The command itself refuses an
 * unknown one.
 */
function languageOf(argv: readonly string[]): string | undefined {
  const place = argv.findIndex(word => word === '--lang' || word.startsWith('--lang='))
  if (place === -1) return process.env[DISPLAY_SETTINGS.lang.env] || undefined
  const word = argv[place] ?? ''
  return word === '--lang' ? argv[place + 1] : word.slice('--lang='.length)
}

/** What `serve` is called with; undefined if it is another command. */
function argumentsOfServe(words: readonly string[]): readonly string[] | undefined {
  const place = words[0] === '--lang' ? 2 : words[0]?.startsWith('--lang=') ? 1 : 0
  return words[place] === 'serve' ? words.toSpliced(place, 1) : undefined
}

/**
 * What is said if the first word is no command. Commander takes it for an argument of `gifchat`
 * itself, which has none; a parser of the bare names finds the one that was meant.
 */
function unknownCommandSentence({ args: [word], commands }: Command, { usage }: Texts): string | undefined {
  if (word === undefined || word.startsWith('-') || commands.some(command => command.name() === word))
    return undefined
  const names = new Command()
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
  for (const command of commands) names.command(command.name())
  try {
    names.parse([word], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const [, meant] = /\(Did you mean (?:one of )?([^?,]+)/.exec(error.message) ?? []
    const sentence = usage.mistakes[error.code]?.(word) ?? error.message
    return meant === undefined ? sentence : `${sentence} ${usage.didYouMean(meant)}`
  }
  return undefined
}

/** Commander's sentence quotes the wrong part. */
function mistakeSentence({ code, message }: CommanderError, { usage }: Texts): string {
  const [, quoted] = /'([^']*)'/.exec(message) ?? []
  const [, last] = /: ([^:]*)\.$/.exec(message) ?? []
  // Of too many arguments, what it quotes is the command, which is right.
  const what = (code === 'commander.excessArguments' ? last : undefined) ?? quoted ?? last ?? ''
  return usage.mistakes[code]?.(what) ?? message
}
