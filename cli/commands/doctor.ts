import packageFile from '../../package.json' with { type: 'json' }
import { showTestPicture } from '../frontend/test-picture-screen.ts'
import { createGifStage } from '../gif/stage/terminal-stage.ts'
import type { Texts } from '../i18n/en.ts'
import { reportedColorDepth } from '../terminal/ask/color-depth.ts'
import {
  canShowPlaceholders,
  isTerminalMultiplexer,
  SIXEL_ATTRIBUTE,
  terminalGraphicsLevel,
} from '../terminal/ask/graphics.ts'
import { TerminalInput } from '../terminal/ask/terminal-input.ts'
import { askTerminal, canAskTerminal } from '../terminal/ask/terminal-query.ts'
import type { TerminalReport } from '../terminal/ask/terminal-report.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { terminalSafeText } from '../terminal/terminal-safe-text.ts'
import { type Diagnosis, doctorAdvice, doctorIdentityCheck, doctorServerCheck } from './doctor-checks.ts'
import type { CommandContext } from './shell/command-context.ts'
import { EXIT_CODES, type ExitCode } from './shell/exit-codes.ts'
import { printableJsonLine } from './shell/printable-json.ts'
import { readDisplaySettings } from './shell/read-display-settings.ts'
import { runCommand } from './shell/run-command.ts'
import { type CommandOptions, serverOption, tokenFileOption } from './shell/settings.ts'
import { terminalLines } from './shell/terminal-lines.ts'

/**
 * `gifchat doctor`: shows what the terminal and the server can do, and how to solve each problem.
 */
export function doctorCommand(options: CommandOptions, context: CommandContext): Promise<ExitCode> {
  return runCommand(options, context, async () => {
    const { env, stdout, texts } = context
    const { graphics } = readDisplaySettings(options, env)
    const chosen = graphics === 'auto' ? undefined : graphics
    const address = serverOption(options, env)
    const [server, identity] = await Promise.all([
      doctorServerCheck(address, env, context.stopped),
      doctorIdentityCheck(tokenFileOption(options, env) ?? ''),
    ])
    if (context.stopped.aborted) return EXIT_CODES.done
    const shown = options.json ? undefined : context.terminal
    const look = async (terminal: TerminalReport | undefined, input?: TerminalInput): Promise<Diagnosis> => {
      const isTTY = shown !== undefined
      const level = terminalGraphicsLevel({
        isTTY,
        environment: env,
        chosen,
        ...(terminal && { report: terminal }),
      })
      if (shown !== undefined && input !== undefined && terminal !== undefined && level !== 'text') {
        const depth = reportedColorDepth(env, terminal)
        const stage = createGifStage({
          stdout: shown.stdout,
          graphics: level,
          depth: depth === 'none' ? '16' : depth,
          report: terminal,
        })
        await showTestPicture(stage, input, texts.doctor.picture, context.stopped)
      }
      return {
        terminal,
        isMultiplexed: isTerminalMultiplexer(env),
        wasAsked: terminal !== undefined && canAskTerminal(env),
        graphics: { level, isChosen: chosen !== undefined },
        server,
        identity,
        versions: { gifchat: packageFile.version, node: process.versions.node, platform: process.platform },
      }
    }
    const diagnosis = shown === undefined ? await look(undefined) : await withTerminal(shown, look)
    stdout.write(
      options.json
        ? printableJsonLine({ ...diagnosis, advice: doctorAdvice(diagnosis) })
        : textOf(diagnosis, context),
    )
    return server.answeredAfterMs === undefined ? EXIT_CODES.serverUnreachable : EXIT_CODES.done
  })
}

async function withTerminal(
  { stdin, stdout, env, interrupt }: Terminal,
  look: (terminal: TerminalReport, input: TerminalInput) => Promise<Diagnosis>,
): Promise<Diagnosis> {
  const input = new TerminalInput(stdin, interrupt)
  input.setRawMode(true)
  try {
    return await look(await askTerminal({ input, output: stdout, environment: env }), input)
  } finally {
    input.close()
  }
}

function identityText(
  { path, state }: Diagnosis['identity'],
  texts: Texts['doctor'],
  problems: Texts['problems'],
): string {
  if (path === '') return problems.token({ problem: 'noHome', path })
  return state === 'absent' ? texts.tokenAbsent(path) : texts.tokenHere(path)
}

function textOf(
  diagnosis: Diagnosis,
  { texts: { doctor: texts, problems }, env, stdout }: CommandContext,
): string {
  const { graphics, server, identity, versions } = diagnosis
  const { level, isChosen } = graphics
  const { terminal, isMultiplexed: isInside, wasAsked } = diagnosis
  const lines: readonly (readonly [keyof typeof texts.labels, string])[] = [
    ['terminal', terminalText(diagnosis, texts, env.TERM)],
    ...(terminal !== undefined && wasAsked
      ? [['asked', answersText(terminal, texts, isInside)] as const]
      : []),
    ['graphics', `${level}: ${texts.levels[level]}${isChosen ? ` (${texts.chosen})` : ''}`],
    [
      'server',
      server.answeredAfterMs !== undefined
        ? texts.serverAnswers(server.address, server.answeredAfterMs)
        : server.problem === undefined
          ? texts.serverSilent(server.address)
          : problems.unreachable[server.problem](server.address),
    ],
    [
      'route',
      server.proxy === undefined
        ? texts.routeDirect
        : texts.routeThrough(server.proxy.address, server.proxy.variable),
    ],
    ['identity', identityText(identity, texts, problems)],
    [
      'versions',
      [
        `gifchat ${versions.gifchat}`,
        server.version && `server ${server.version}`,
        `Node.js ${versions.node}`,
        versions.platform,
      ]
        .filter(Boolean)
        .join(', '),
    ],
  ]
  const advice = doctorAdvice(diagnosis).map(name => {
    const sentence = texts.advice[name]
    return `→ ${terminalSafeText(typeof sentence === 'string' ? sentence : sentence(identity.path))}\n`
  })
  const labelled = lines.map(([label, text]) => `${texts.labels[label]}: ${terminalSafeText(text)}\n`)
  return terminalLines([...labelled, ...advice].join(''), stdout, 2)
}

function terminalText(
  { terminal, isMultiplexed: isInside, wasAsked }: Diagnosis,
  texts: CommandContext['texts']['doctor'],
  term: string | undefined,
): string {
  if (terminal === undefined) return texts.noTerminal
  const { answeredAfterMs, version } = terminal
  const answered = answeredAfterMs === undefined ? texts.silent : texts.answered(answeredAfterMs)
  return [
    version ?? term ?? '?',
    wasAsked ? answered : texts.notAsked,
    isInside ? texts.multiplexed : undefined,
  ]
    .filter(part => part !== undefined)
    .join(', ')
}

/** Each question to the terminal, with its answer. */
function answersText(
  terminal: TerminalReport,
  { questions, yes, no, unanswered, emoji }: CommandContext['texts']['doctor'],
  isInside: boolean,
): string {
  const { version, attributes, cell, background, hasSynchronizedOutput, misdrawnEmoji } = terminal
  const yesOrNo = (holds: boolean) => (holds ? yes : no)
  const answers: readonly (readonly [keyof typeof questions, string | undefined] | undefined)[] = [
    ['name', version],
    isInside ? undefined : ['images', yesOrNo(terminal.hasKittyGraphics)],
    canShowPlaceholders(terminal) ? ['animation', yesOrNo(terminal.hasKittyAnimation)] : undefined,
    ['sixel', attributes.length === 0 ? undefined : yesOrNo(attributes.includes(SIXEL_ATTRIBUTE))],
    ['cell', cell && `${cell.width}×${cell.height}`],
    ['frames', yesOrNo(hasSynchronizedOutput)],
    ['emoji', misdrawnEmoji.length === 0 ? yes : emoji.simpler(misdrawnEmoji.map(kind => emoji.kinds[kind]))],
    ['background', background],
    ['attributes', attributes.length === 0 ? undefined : attributes.join(' ')],
  ]
  return answers
    .filter(answer => answer !== undefined)
    .map(([question, answer = unanswered]) => `${questions[question]}: ${answer}`)
    .join(' · ')
}
