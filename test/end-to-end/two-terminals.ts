import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sampleGif } from '../support/gif-samples.ts'
import { KEYS, openTerminal } from '../support/terminal.ts'

/** Reads what a store still has of rooms: every stored text, in whatever form. */
type ReadLeftovers = () => Promise<string>

const TITLE = 'night train to Busan'
const SAID = 'the canary sings at noon 안녕'
const PASSWORD = 'tangerine'

/**
 * The whole main job. A opens a private room, and B sees it appear, mistypes the password and then
 * gets it right. Both talk. B posts a GIF, and A sees it move. When both have left, the list
 * becomes empty by itself, and the store has nothing of the room.
 */
export async function playTwoTerminals(
  server: { readonly url: string },
  directory: string,
  readLeftovers: ReadLeftovers,
): Promise<void> {
  const gif = join(directory, 'party.gif')
  await writeFile(gif, sampleGif({ width: 64, height: 48, frames: 4, delayMs: 120 }))
  const env = { GIFCHAT_SERVER: server.url }

  await using b = await openTerminal({ args: [], env })
  await b.ready()
  await b.waitFor('0 open')
  await using a = await openTerminal({ args: ['create', TITLE, '--max', '5', '--password', PASSWORD], env })
  await a.waitFor(TITLE)
  await a.waitFor('1/5 people')
  await b.waitFor(TITLE)
  await b.waitFor('1/5')

  b.type(KEYS.enter)
  await b.waitFor('Password')
  b.type(`wrong${KEYS.enter}`)
  await b.waitFor(screen => /not the password|wrong password/i.test(screen.text().join('\n')))
  // The client keeps the wait that the server asks for. The person only types the right password.
  b.type(`${PASSWORD}${KEYS.enter}`)
  await b.waitFor('2/5 people')
  await a.waitFor('came in')
  await a.waitFor('2/5 people')

  a.type(`${SAID}${KEYS.enter}`)
  await b.waitFor(SAID)
  b.type(`loud and clear 👨‍👩‍👧${KEYS.enter}`)
  await a.waitFor('loud and clear')

  b.type(`/gif ${gif}${KEYS.enter}`)
  await a.waitFor(() => pictureCells(a).length > 100)
  const picture = () => pictureCells(a).join()
  const first = picture()
  await a.waitFor(() => picture() !== first)

  assert.match(await readLeftovers(), /night train|canary/, 'the store can be looked into')
  b.type(`/leave${KEYS.enter}`)
  await a.waitFor('1/5 people')
  await b.waitFor(TITLE)
  a.type(`/quit${KEYS.enter}`)
  assert.equal(await a.exited, 0)
  assert.equal(a.view.isAlternate, false)
  await b.waitFor('0 open')
  b.type('q')
  assert.equal(await b.exited, 0)
  assert.doesNotMatch(await readLeftovers(), /night train|canary|scrypt|GIF8|party/)
}

/** The colours of the picture's cells. Nothing else on the screen has a background. */
function pictureCells(terminal: Awaited<ReturnType<typeof openTerminal>>): readonly string[] {
  const cells: string[] = []
  for (let y = 0; y < terminal.view.rows; y++) {
    for (let x = 0; x < terminal.view.columns; x++) {
      const { foreground, background } = terminal.cell(x, y)
      if (background !== undefined) cells.push(`${x},${y} ${foreground} ${background}`)
    }
  }
  return cells
}
