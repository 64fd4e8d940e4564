import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gifBoxInChat } from '../../../cli/app/view/chat-geometry.ts'
import { decodeGif } from '../../../cli/gif/decode/decode-gif.ts'
import { decodedPixelsInPlace, placeInHalfBlocks } from '../../../cli/gif/decode/picture-placement.ts'
import { PLACEHOLDER } from '../../../cli/terminal/draw/placeholder.ts'
import { walkGif } from '../../../gif/gif-walker.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { type Rgb, writeGif } from '../../support/gif-writer.ts'
import { RecordedClient } from '../../support/recorded-client.ts'
import { KEYS, openTerminal, type Terminal } from '../../support/terminal.ts'
import type { TerminalScreen } from '../../support/terminal-screen.ts'

const WIDTH = 16
const HEIGHT = 14
const FRAMES = 3

/** No two pixels of all frames have the same colour. */
const GIF = writeGif({
  width: WIDTH,
  height: HEIGHT,
  loops: 0,
  frames: Array.from({ length: FRAMES }, (_, frame) => ({
    width: WIDTH,
    height: HEIGHT,
    delayMs: 150,
    indices: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, place) => place),
    palette: Array.from(
      { length: 256 },
      (_, place): Rgb => [(place % WIDTH) * 15, Math.floor(place / WIDTH) * 17, 60 + frame * 60],
    ),
  })),
})

/** How each frame should look in a window: the colours of its half cells, row by row. */
function framesFor(columns: number, rows: number): readonly (readonly (readonly string[])[])[] {
  const scan = walkGif(GIF)
  const placement = placeInHalfBlocks(scan, gifBoxInChat({ size: { columns, rows } }))
  const { area, size } = placement
  return [...decodeGif(scan, placement.inner)].map(frame => {
    const pixels = decodedPixelsInPlace(frame.pixels, placement)
    const color = (x: number, y: number) =>
      (pixels[y * size.width + x] ?? 0).toString(16).slice(2).toUpperCase()
    return Array.from({ length: area.rows }, (_, row) =>
      Array.from({ length: area.columns }, (_, x) => `${color(x, row * 2)}/${color(x, row * 2 + 1)}`),
    )
  })
}

/**
 * The cells of a row that show a picture, by column. Only pictures have half blocks or backgrounds.
 */
function pictureCells(screen: TerminalScreen, y: number): ReadonlyMap<number, string> {
  const cells = new Map<number, string>()
  for (let x = 0; x < screen.columns; x++) {
    const { text, foreground = '', background = '' } = screen.cell(x, y)
    const [upper, lower] =
      text === '▀'
        ? [foreground, background]
        : text === '▄'
          ? [background, foreground]
          : [background, background]
    if (upper !== '' || lower !== '') cells.set(x, `${upper.slice(1)}/${lower.slice(1)}`)
  }
  return cells
}

/** The frame that is shown and the number of its rows, if every cell of the screen is right. */
function seen(screen: TerminalScreen): { readonly frame: number; readonly rows: number } | undefined {
  const rows = Array.from({ length: screen.rows }, (_, y) => [...pictureCells(screen, y)])
  const top = rows.findIndex(cells => cells.length > 0)
  const shown = rows.slice(top, rows.findLastIndex(cells => cells.length > 0) + 1)
  if (top === -1) return undefined
  const [left = 0] = shown[0]?.[0] ?? []
  for (const [frame, expected] of framesFor(screen.columns, screen.rows).entries()) {
    for (let first = 0; first + shown.length <= expected.length; first++) {
      const isWhole = shown.every((cells, row) =>
        cells.every(([x, color], index) => x === left + index && color === expected[first + row]?.[index]),
      )
      const isWide = shown.every(cells => cells.length === expected[0]?.length)
      // Rows are cut off only at the ends of the list: below the header, and above the composer or
      // a list that covers the conversation.
      const isCut = first === 0 || top <= 2
      if (isWhole && isWide && isCut) return { frame, rows: shown.length }
    }
  }
  return undefined
}

const WHEEL_UP = '\x1b[<64;3;4M'

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-pictures-'))
})
after(() => rm(directory, { recursive: true }))

describe('a GIF in the built program', () => {
  test('keeps to its cells and leaves none behind, whatever happens around it', async () => {
    await using server = await startTestServer()
    await using talker = await RecordedClient.connect({ server: server.url })
    const room = await talker.client.createRoom({ title: 'pictures', max: 5 })
    await talker.client.join(room.id)
    await using terminal = await openTerminal({ args: ['join', `${server.url}/${room.id}`] })
    const path = join(directory, 'colours.gif')
    await writeFile(path, GIF)
    await talker.event('join')
    await talker.client.sendGif(room.id, path).acked

    const whole = HEIGHT / 2
    await shows(terminal, rows => rows === whole)
    await shows(
      terminal,
      rows => rows === whole,
      'it moves by itself',
      frame => frame !== 0,
    )
    const below = 'so much\nthat the list\nof commands\nhides a part\nand not all\nsaid below'
    await talker.client.send(room.id, below).acked
    await terminal.waitFor('said below')
    await shows(terminal, rows => rows === whole)
    terminal.type('/')
    await terminal.waitFor('/reply')
    await shows(terminal, rows => rows > 0 && rows < whole, 'under the list of commands')
    terminal.type(KEYS.backspace)
    await shows(terminal, rows => rows === whole, 'with the list gone')
    terminal.type(`one${KEYS.altEnter}two${KEYS.altEnter}three${KEYS.altEnter}four`)
    await terminal.waitFor('four')
    await shows(terminal, rows => rows === whole)
    terminal.type(KEYS.enter)
    await talker.event('message', ({ message }) => 'text' in message && message.text.startsWith('one'))
    for (let line = 0; line < 5; line++) await talker.client.send(room.id, `line ${line}`).acked
    await terminal.waitFor('line 4')
    await shows(terminal, rows => rows > 0 && rows < whole, 'cut off under the header')
    terminal.type(WHEEL_UP.repeat(2))
    await shows(terminal, rows => rows === whole, 'scrolled back into sight')
    terminal.type(KEYS.pageUp)
    await shows(terminal, rows => rows === whole, 'scrolled to the top')
    terminal.type('\x1bp')
    await terminal.waitFor('2 people here')
    await shows(terminal, rows => rows === whole, 'beside the people')
    terminal.type('\x1bp')
    for (const [columns, rows] of [
      [60, 20],
      [100, 40],
      [30, 12],
      [80, 24],
    ] as const) {
      terminal.resize(columns, rows)
      await terminal.waitFor(screen => screen.text()[rows - 2]?.startsWith('› ') === true)
      terminal.type(KEYS.pageUp.repeat(4))
      // The picture for the new window may be higher, so that its upper rows are cut off.
      await shows(terminal, shown => shown > 0, `in sight at ${columns}×${rows}`)
      terminal.type(KEYS.pageUp.repeat(4))
      await shows(terminal, shown => shown === framesFor(columns, rows)[0]?.length, `at ${columns}×${rows}`)
    }
  })
})

test('when the font changes its size, kitty gets the GIF again, and the screen is redrawn', async () => {
  await using server = await startTestServer()
  await using talker = await RecordedClient.connect({ server: server.url })
  const room = await talker.client.createRoom({ title: 'pictures', max: 5 })
  await talker.client.join(room.id)
  const path = join(directory, 'large.gif')
  await writeFile(path, sampleGif({ width: 400, height: 100, frames: 2 }))
  await talker.client.sendGif(room.id, path).acked
  await using terminal = await openTerminal({
    args: ['join', `${server.url}/${room.id}`],
    env: { GIFCHAT_GRAPHICS: 'kitty' },
    cellSize: { width: 5, height: 10 },
  })
  const sizes = () => [...terminal.output.matchAll(/\x1b_Ga=T,[^;]*s=(\d+),v=(\d+),c=40,r=5/g)]
  await terminal.waitFor(() => sizes().length === 1)
  await terminal.waitFor('large.gif')
  terminal.view.tellCellSize({ width: 10, height: 20 })
  const before = terminal.output.length
  terminal.kill('SIGWINCH')
  await terminal.waitFor(() => sizes().length === 2)
  assert.deepEqual(
    sizes().map(([, width, height]) => [width, height]),
    [
      ['200', '50'],
      ['400', '100'],
    ],
  )
  await terminal.waitFor(screen => screen.text().some(row => row.includes(PLACEHOLDER)))
  const anew = terminal.output.slice(before)
  assert.match(anew, /\x1b_Ga=d/)
  for (const text of ['pictures', 'vanish when', 'large.gif', 'Write a message'])
    assert.ok(anew.includes(text) && terminal.screen().some(row => row.includes(text)), text)
})

/** Waits until so many rows of the picture are right and no cell of it is anywhere else. */
async function shows(
  terminal: Terminal,
  isEnough: (rows: number) => boolean,
  when = 'as it was posted',
  isFrame: (frame: number) => boolean = () => true,
): Promise<void> {
  await terminal
    .waitFor(screen => {
      const picture = seen(screen)
      return picture !== undefined && isEnough(picture.rows) && isFrame(picture.frame)
    })
    .catch(error => assert.fail(`the picture is wrong ${when}: ${error}`))
}
