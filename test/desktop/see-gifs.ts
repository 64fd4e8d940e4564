// Looks at GIFs in real terminals on a virtual desktop: npm run see. Needs Xvfb, import (Debian:
// imagemagick), kitty 0.28 or newer and xterm, and says which of them is missing. KITTY and XTERM
// may name programs outside of PATH. The screens are saved as PNG files for a person to look at.
import { spawnSync } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RecordedClient } from '../support/recorded-client.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { Desktop, isInstalled, type Rectangle, type Screenshot, until } from './desktop.ts'
import { ringsGif } from './rings-gif.ts'

const bin = join(import.meta.dirname, '../../bin/gifchat.js')
const { KITTY: kitty = 'kitty', XTERM: xterm = 'xterm' } = process.env

interface RealTerminal {
  readonly name: string
  readonly program: string
  /** The arguments before the command to run. */
  readonly args: readonly string[]
  /** The least colours of a picture. An image has more than half blocks have. */
  readonly leastColors: number
  /** Why it can't show images as it should, where that is so. */
  readonly problem?: string | undefined
}

const font = ['-fa', 'DejaVu Sans Mono', '-fs', '10', '-u8', '-geometry', '100x36+0+0']

const TERMINALS: readonly RealTerminal[] = [
  {
    name: 'kitty',
    program: kitty,
    args: [
      ...['--config', 'NONE', '-o', 'cursor_blink_interval=0', '-o', 'remember_window_size=no'],
      ...['-o', 'initial_window_width=100c', '-o', 'initial_window_height=34c', '-o', 'font_size=10'],
    ],
    leastColors: 500,
    problem: kittyProblem(),
  },
  { name: 'xterm', program: xterm, args: [...font, '-e'], leastColors: 300 },
  { name: 'xterm-vt340', program: xterm, args: ['-ti', 'vt340', ...font, '-e'], leastColors: 16 },
]

function kittyProblem(): string | undefined {
  const version = /kitty (\d+)\.(\d+)/.exec(
    spawnSync(kitty, ['--version'], { encoding: 'utf8' }).stdout ?? '',
  )
  if (version === null || Number(version[1]) > 0 || Number(version[2]) >= 28) return undefined
  return `${version[0]} is older than 0.28 and has no images in the text: it shows half blocks`
}

const directory = await mkdtemp(join(tmpdir(), 'gifchat-see-'))
const missing = ['Xvfb', 'import', kitty, xterm].filter(program => !isInstalled(program))
if (missing.length > 0) process.stdout.write(`Not installed: ${missing.join(', ')}.\n`)
if (missing.includes('Xvfb') || missing.includes('import')) process.exit(1)

await using server = new ServerProcess({ port: await freePort(), data: join(directory, 'data') })
await server.start()
await using desktop = await Desktop.open()
const gif = join(directory, 'party.gif')
await writeFile(gif, ringsGif())
for (const terminal of TERMINALS.filter(({ program }) => isInstalled(program))) {
  const seen = await look(terminal)
  process.stdout.write(
    `${terminal.name}: ${seen}${terminal.problem === undefined ? '' : ` (${terminal.problem})`}\n`,
  )
}
process.stdout.write(`The screens are in ${directory}.\n`)

/** Posts a GIF, checks that it moves, and that it scrolls with its text when more is said. */
async function look({ name, program, args, leastColors, problem }: RealTerminal): Promise<string> {
  await using talker = await RecordedClient.connect({ server: server.url })
  const room = await talker.client.createRoom({ title: name, max: 5 })
  await talker.client.join(room.id)
  const inside = [process.execPath, bin, 'join', `${server.url}/${room.id}`]
  const started = desktop.start(program, [...args, ...inside], {
    GIFCHAT_TOKEN_FILE: join(directory, `${name}.json`),
    LIBGL_ALWAYS_SOFTWARE: '1',
    LC_ALL: 'C.UTF-8',
  })
  await Promise.race([talker.event('join'), started.gone])
  await talker.client.sendGif(room.id, gif).acked
  const before = await moving()
  await desktop.save(join(directory, `${name}-1.png`))
  const colors = before.screen.colors(before.picture).size
  if (problem === undefined && colors < leastColors) throw new Error(`${name}: only ${colors} colours`)
  for (const text of ['It goes up', 'with its text', 'line by line.'])
    await talker.client.send(room.id, text).acked
  const { left, top, width, height } = before.picture
  // The row below the picture, except for pixels that may belong to the picture.
  const label = { left, top: top + height + 2, width, height: 10 }
  const by = await until(`the picture went up with its text in ${name}`, async () => {
    const { screen, picture } = await moving()
    const raised = top - picture.top
    return before.screen.isRaised(screen, label, raised) && raised
  })
  await desktop.save(join(directory, `${name}-2.png`))
  await started.close()
  return `${width}×${height} pixels in ${colors} colours move, and went up ${by} pixels with the text`
}

/** The rectangle that moves: it differs between each two of three looks, one second apart. */
function moving(): Promise<{ readonly screen: Screenshot; readonly picture: Rectangle }> {
  return until('a picture moves', async () => {
    const first = await desktop.screenshot()
    await sleep(1_000)
    const second = await desktop.screenshot()
    await sleep(1_000)
    const screen = await desktop.screenshot()
    const [earlier, picture] = [first.difference(second), second.difference(screen)]
    if (earlier === undefined || picture === undefined || picture.height < 50) return undefined
    return earlier.top === picture.top && earlier.height === picture.height && { screen, picture }
  })
}
