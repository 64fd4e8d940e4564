import packageFile from '../../package.json' with { type: 'json' }
import { createGifStage } from '../gif/terminal-stage.ts'
import { readDisplaySettings } from '../state/display-settings.ts'
import { colorDepth } from '../terminal/color-depth.ts'
import { graphicsLevel, isMultiplexed } from '../terminal/graphics.ts'
import { plainText } from '../terminal/plain-text.ts'
import { TerminalInput } from '../terminal/terminal-input.ts'
import { askTerminal } from '../terminal/terminal-query.ts'
import type { TerminalReport } from '../terminal/terminal-report.ts'
import { adviceFor, checkIdentity, checkServer, type Diagnosis } from './doctor-checks.ts'
import { EXIT_CODES, type ExitCode } from './exit-codes.ts'
import { jsonLine } from './json-line.ts'
import { type CommandContext, type CommandOptions, runCommand, serverOf, tokenFileOf } from './options.ts'
import { showTestPicture } from './test-picture-screen.ts'

/** `gifchat doctor`: what the terminal and the server say of themselves, and what to do about each problem. */
export function doctor(options: CommandOptions, context: CommandContext): Promise<ExitCode> {
  return runCommand(options, context, async () => {
    const { env, stdout, texts } = context
    const { graphics } = readDisplaySettings(options, env)
    const chosen = graphics === 'auto' ? undefined : graphics
    const address = serverOf(options, env)
    const [server, identity] = await Promise.all([
      checkServer(address),
      checkIdentity(tokenFileOf(options, env)),
    ])
    const isTTY = process.stdin.isTTY === true && stdout.isTTY === true && !options.json
    const look = async (terminal: TerminalReport | undefined, input?: TerminalInput): Promise<Diagnosis> => {
      const level = graphicsLevel({ isTTY, environment: env, chosen, ...(terminal && { report: terminal }) })
      if (input !== undefined && terminal !== undefined && level !== 'text') {
        const depth = colorDepth(env, terminal)
        const stage = createGifStage({
          stdout: process.stdout,
          graphics: level,
          depth: depth === 'none' ? '16' : depth,
          report: terminal,
        })
        await showTestPicture(stage, input, texts.doctor.picture)
      }
      return {
        terminal,
        isMultiplexed: isMultiplexed(env),
        graphics: { level, isChosen: chosen !== undefined },
        server,
        identity,
        versions: { gifchat: packageFile.version, node: process.versions.node, platform: process.platform },
      }
    }
    const diagnosis = isTTY ? await withTerminal(env, look) : await look(undefined)
    stdout.write(
      options.json ? jsonLine({ ...diagnosis, advice: adviceFor(diagnosis) }) : textOf(diagnosis, context),
    )
    return server.answeredAfterMs === undefined ? EXIT_CODES.serverUnreachable : EXIT_CODES.done
  })
}

async function withTerminal(
  environment: CommandContext['env'],
  look: (terminal: TerminalReport, input: TerminalInput) => Promise<Diagnosis>,
): Promise<Diagnosis> {
  const input = new TerminalInput(process.stdin, () => process.kill(process.pid, 'SIGINT'))
  input.setRawMode(true)
  try {
    return await look(await askTerminal({ input, output: process.stdout, environment }), input)
  } finally {
    input.close()
  }
}

function textOf(diagnosis: Diagnosis, { texts: { doctor: texts }, env }: CommandContext): string {
  const { graphics, server, identity, versions } = diagnosis
  const { level, isChosen } = graphics
  const lines: readonly (readonly [keyof typeof texts.labels, string])[] = [
    ['terminal', terminalText(diagnosis, texts, env.TERM)],
    ['graphics', `${level}: ${texts.levels[level]}${isChosen ? ` (${texts.chosen})` : ''}`],
    [
      'server',
      server.answeredAfterMs === undefined
        ? texts.serverSilent(server.address)
        : texts.serverAnswers(server.address, server.answeredAfterMs),
    ],
    [
      'identity',
      identity.state === 'absent' ? texts.tokenAbsent(identity.path) : texts.tokenHere(identity.path),
    ],
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
  const advice = adviceFor(diagnosis).map(name => {
    const sentence = texts.advice[name]
    return `→ ${plainText(typeof sentence === 'string' ? sentence : sentence(identity.path))}\n`
  })
  return (
    lines.map(([label, text]) => `${texts.labels[label]}: ${plainText(text)}\n`).join('') + advice.join('')
  )
}

function terminalText(
  { terminal, isMultiplexed: isInside }: Diagnosis,
  texts: CommandContext['texts']['doctor'],
  term: string | undefined,
): string {
  if (terminal === undefined) return texts.noTerminal
  const { answeredAfterMs, version, cell, background, attributes, hasSynchronizedOutput } = terminal
  return [
    version ?? term ?? '?',
    answeredAfterMs === undefined ? texts.silent : texts.answered(answeredAfterMs),
    isInside ? texts.multiplexed : undefined,
    cell === undefined ? undefined : texts.cell(cell.width, cell.height),
    background === undefined ? undefined : texts.background(background),
    attributes.length === 0 ? undefined : texts.attributes(attributes.join(' ')),
    hasSynchronizedOutput ? texts.synchronized : undefined,
  ]
    .filter(part => part !== undefined)
    .join(', ')
}
