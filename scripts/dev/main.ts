// npm run dev: builds on every change, with a server and two clients beside each other in tmux.
// Without tmux it prints the commands for two other terminals. Arguments go to `gifchat serve`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../test/support/server-process.ts'
import { DevServer, PROGRAM } from './server.ts'
import { DevScreen } from './tmux.ts'
import { watchSources } from './watch-sources.ts'

const root = join(import.meta.dirname, '../..')

await using cleanup = new AsyncDisposableStack()
const folder = await mkdtemp(join(tmpdir(), 'gifchat-dev-'))
cleanup.defer(() => rm(folder, { recursive: true, force: true }))

const logFile = join(folder, 'log')
const log = createWriteStream(logFile)
let isOnScreen = false
const say = (text: string): void => {
  log.write(text)
  if (!isOnScreen) process.stdout.write(text)
}

const stopped = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map(signal => once(process, signal)))

async function develop(): Promise<void> {
  const port = await freePort()
  const args = process.argv.slice(2)
  const server = cleanup.use(new DevServer({ port, data: join(folder, 'data'), args, say }))
  await server.start()
  const clients = async () => {
    const room = await server.meetingRoom()
    return [clientOf('ann', server.url, room), clientOf('ben', server.url, room)] as const
  }
  const first = await clients()
  const screen = DevScreen.isPossible()
    ? cleanup.use(new DevScreen({ clients: first, log: logFile, socket: join(folder, 'tmux') }))
    : undefined
  isOnScreen = screen !== undefined
  if (screen === undefined) {
    say('Type these in two other terminals; Ctrl-C here ends the server:\n')
    for (const command of first) say(`  ${command.map(quoted).join(' ')}\n`)
  }
  const watch = watchSources(root, async () => {
    if (!(await build())) return
    try {
      await server.restart()
      screen?.restart(await clients())
      say(`Built and started again at ${new Date().toLocaleTimeString()}.\n`)
    } catch (error) {
      say(`${error}\n`)
    }
  })
  cleanup.use(watch)
  await Promise.race(screen === undefined ? [stopped] : [stopped, screen.show()])
}

/** What to type to be somebody of one's own in the room. */
const clientOf = (name: string, server: string, room: string): readonly string[] => [
  process.execPath,
  PROGRAM,
  ...['join', room, '--server', server, '--token-file', join(folder, `${name}.json`)],
]

function quoted(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** Whether the build went well; what went wrong is said. */
async function build(): Promise<boolean> {
  const child = spawn(process.execPath, ['build.js'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let problem = ''
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', text => {
      problem += text
    })
  }
  const [code] = await once(child, 'close')
  if (code !== 0) say(`The build failed:\n${problem}`)
  return code === 0
}

if (await build()) await develop()
else process.exitCode = 1
