// Looks at GIFs in real terminals on a virtual desktop: npm run see -- [--only NAME] [DIRECTORY].
// Needs Xvfb and import (Debian: imagemagick), and looks at the terminals that are installed; it
// names the others. KITTY (0.28 or newer) and XTERM may name programs outside of PATH. The screens
// are kept as PNG files for a person to look at, in the directory or in a temporary one:
// -0 before the client starts, -1 with a GIF, -2 scrolled, -3 after quitting.
import { access, chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { RecordedClient } from '../support/recorded-client.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { Desktop, isInstalled, type Rectangle, type Screenshot, until } from './desktop.ts'
import { faceGif } from './face-gif.ts'
import { type RealTerminal, realTerminals } from './real-terminals.ts'
import { ringsGif } from './rings-gif.ts'

const bin = join(import.meta.dirname, '../../bin/gifchat.js')

/** The prompt may change so many pixels of the screen, in its first columns. */
const PROMPT = { width: 160, height: 60 }

/** No terminal that is looked at has cells that are higher, in pixels. */
const CELL_HEIGHT = 24

const { values, positionals } = parseArgs({
  options: { only: { type: 'string', multiple: true } },
  allowPositionals: true,
})

const directory = await mkdtemp(join(tmpdir(), 'gifchat-see-'))
const kept = positionals[0] === undefined ? directory : resolve(positionals[0])
await mkdir(kept, { recursive: true })
const terminals = (await realTerminals(directory)).filter(
  ({ name }) => values.only === undefined || values.only.includes(name),
)
const missing = [...new Set(['Xvfb', 'import', ...terminals.flatMap(({ programs }) => programs)])].filter(
  program => !isInstalled(program),
)
if (missing.length > 0) process.stdout.write(`Not installed: ${missing.join(', ')}.\n`)
if (missing.includes('Xvfb') || missing.includes('import')) process.exit(1)

await using server = new ServerProcess({ port: await freePort(), data: join(directory, 'data') })
await server.start()
await using desktop = await Desktop.open()
const [face, gif] = [join(directory, 'face.gif'), join(directory, 'party.gif')]
await writeFile(face, faceGif())
await writeFile(gif, ringsGif())
for (const terminal of terminals.filter(({ programs }) => programs.every(isInstalled))) {
  const { name, problem, under } = terminal
  const compositor = under && desktop.start(under.program, under.args, terminal.env ?? {})
  try {
    if (under !== undefined) await until(`${under.program} is there`, () => isThere(under.socket))
    const seen = await look(terminal)
    process.stdout.write(`${name}: ${seen}${problem === undefined ? '' : ` (${problem})`}\n`)
  } catch (error) {
    process.exitCode = 1
    process.stdout.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`)
  }
  await compositor?.close()
}
process.stdout.write(`The screens are in ${kept}.\n`)

/**
 * Posts a GIF, checks that it moves, that it scrolls with its text when more is said, and that
 * after quitting nothing but the next prompt is on the screen.
 */
async function look(terminal: RealTerminal): Promise<string> {
  const { name, programs, args, leastColors, problem } = terminal
  await using talker = await RecordedClient.connect({ server: server.url })
  const room = await talker.client.createRoom({ title: name, max: 5 })
  await talker.client.join(room.id)
  const shell = await shellFor(name, `${server.url}/${room.id}`)
  const started = desktop.start(programs[0], [...args, shell.path], {
    GIFCHAT_TOKEN_FILE: join(directory, `${name}.json`),
    LC_ALL: 'C.UTF-8',
    ...terminal.env,
  })
  try {
    await Promise.race([shell.isWaiting(), started.gone])
    const empty = await still()
    await desktop.save(join(kept, `${name}-0.png`))
    await shell.goOn()
    await Promise.race([talker.event('join'), started.gone])
    for (const path of [face, gif]) await talker.client.sendGif(room.id, path).acked
    const before = await moving()
    await desktop.save(join(kept, `${name}-1.png`))
    const colors = before.screen.colors(before.picture).size
    if (problem === undefined && colors < leastColors) throw new Error(`only ${colors} colours`)
    for (const text of ['It goes up', 'with its text', 'line by line.'])
      await talker.client.send(room.id, text).acked
    const { left, top, width, height } = before.picture
    // The row below the picture, except for pixels that may belong to the picture. A picture that
    // does not fill its last row leaves a gap.
    const label = [2, 6, 10]
      .map(gap => ({ left, top: top + height + gap, width, height: 10 }))
      .find(area => before.screen.colors(area).size > 1)
    if (label === undefined) throw new Error('no text below the picture')
    const by = await until('the picture went up with its text', async () => {
      const { screen, picture } = await moving()
      const raised = before.screen.pixelsRaised(screen, label)
      // It may have been half blocks before. An image fills less of their cells.
      return raised !== undefined && Math.abs(top - picture.top - raised) < CELL_HEIGHT && raised
    })
    await desktop.save(join(kept, `${name}-2.png`))
    process.kill(await shell.clientPid(), 'SIGTERM')
    await talker.event('exit')
    const rest = await remains(empty, name)
    return `${width}×${height} pixels in ${colors} colours move, and went up ${by} pixels with the text; ${rest}`
  } catch (error) {
    await desktop.save(join(kept, `${name}-failed.png`))
    throw error
  } finally {
    await started.close()
  }
}

/** Waits for the prompt after quitting, and throws where more than it has changed. */
async function remains(empty: Screenshot, name: string): Promise<string> {
  const changed = await until('the prompt is there', async () => {
    const after = await still()
    const difference = empty.difference(after)
    return difference !== undefined && difference.height < 200 && difference
  }).catch(() => undefined)
  await desktop.save(join(kept, `${name}-3.png`))
  if (changed === undefined) throw new Error('the screen did not come back after quitting')
  const { left, top, width, height } = changed
  if (left > PROMPT.width || width > PROMPT.width || height > PROMPT.height)
    throw new Error(`${width}×${height} pixels at ${left}, ${top} are left after quitting`)
  return 'after quitting there is only the prompt'
}

/** A script that is a person's shell: it prints a prompt, runs the client, and prints another. */
async function shellFor(name: string, invite: string) {
  const file = (kind: string) => join(directory, `${name}.${kind}`)
  const path = file('sh')
  await writeFile(
    path,
    `#!/bin/sh
printf '$ gifchat join\\n'
touch '${file('waits')}'
while [ ! -e '${file('goes')}' ]; do sleep 0.1; done
sh -c 'echo $$ > ${file('pid')}; exec "${process.execPath}" "${bin}" join "${invite}"'
printf '$ '
sleep 600
`,
  )
  await chmod(path, 0o755)
  return {
    path,
    isWaiting: () => until('the shell waits', () => isThere(file('waits'))),
    goOn: () => writeFile(file('goes'), ''),
    clientPid: async () => Number(await readFile(file('pid'), 'utf8')),
  }
}

/** A function, not a constant: the loop above runs before those below it have their values. */
function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** The screen once it does not change for a second. */
function still(): Promise<Screenshot> {
  return until('the screen stands still', async () => {
    const first = await desktop.screenshot()
    await sleep(1_000)
    const second = await desktop.screenshot()
    return first.difference(second) === undefined && second
  })
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
