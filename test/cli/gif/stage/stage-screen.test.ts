import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import { Box, type Instance, render, Text, useCursor } from 'ink'
import { createElement, type ReactNode } from 'react'
import type { GifPicture, GifStage } from '../../../../cli/gif/gif-stage.ts'
import { createGifStage } from '../../../../cli/gif/stage/terminal-stage.ts'
import { PLACEHOLDER, placeholderRow, readPlaceholder } from '../../../../cli/terminal/draw/placeholder.ts'
import { guardTerminal } from '../../../../cli/terminal/restore.ts'
import { ManualClock } from '../../../support/gif-clock.ts'
import { type Random, seededRandom } from '../../../support/gif-random.ts'
import { sampleGif } from '../../../support/gif-samples.ts'
import { TerminalScreen } from '../../../support/gif-screen.ts'
import { type Rgb, writeGif } from '../../../support/gif-writer.ts'

const FRAMES = 5
const FRAME_MS = 100
const PALETTE: readonly Rgb[] = Array.from(
  { length: 128 },
  (_, index): Rgb => [index * 2, 255 - index, (index * 37) % 256],
)

/** A posted picture, as the test knows it without asking the stage. */
interface Posted {
  readonly picture: GifPicture
  readonly seed: number
  /** For how many milliseconds it was on the screen, where alone it plays. */
  playedMs: number
}

type Line =
  | { readonly text: string }
  | { readonly before: string; readonly posted: Posted; readonly row: number; readonly after: string }

interface View {
  readonly lines: readonly Line[]
  /** How many lines the reader has scrolled back. */
  readonly back: number
  readonly draft: string
  readonly columns: number
  readonly rows: number
}

/** Each pixel differs from its neighbours and between frames; some are transparent. */
const indexAt = (seed: number, frame: number, x: number, y: number): number =>
  (seed + frame * 29 + x * 3 + y * 17) % 128
const TRANSPARENT_INDEX = 64

function movingGif(seed: number, width: number, height: number): Buffer {
  const frames = Array.from({ length: FRAMES }, (_, frame) => ({
    width,
    height,
    delayMs: FRAME_MS,
    disposal: 2,
    transparentIndex: TRANSPARENT_INDEX,
    indices: Uint8Array.from({ length: width * height }, (_, place) =>
      indexAt(seed, frame, place % width, Math.floor(place / width)),
    ),
  }))
  return writeGif({ width, height, palette: PALETTE, loops: 0, frames })
}

function expectedColor({ seed }: Posted, frame: number, x: number, y: number): number | undefined {
  const index = indexAt(seed, frame, x, y)
  const [red, green, blue] = PALETTE[index] ?? [0, 0, 0]
  return index === TRANSPARENT_INDEX ? undefined : (red << 16) | (green << 8) | blue
}

const visibleLines = ({ lines, back, rows }: View): readonly Line[] => {
  const end = lines.length - back
  return lines.slice(Math.max(0, end - (rows - 2)), end)
}

function Screen({ view }: { readonly view: View }): ReactNode {
  const { setCursorPosition } = useCursor()
  setCursorPosition({ x: 2 + view.draft.length, y: view.rows - 1 })
  const line = (each: Line, key: number) =>
    createElement(
      Text,
      { key, wrap: 'truncate' },
      'text' in each ? each.text : each.before + placeholderRow(each.posted.picture, each.row) + each.after,
    )
  return createElement(
    Box,
    { flexDirection: 'column', width: '100%', height: view.rows },
    createElement(Text, { inverse: true }, 'room'),
    createElement(
      Box,
      { flexDirection: 'column', height: view.rows - 2, overflow: 'hidden' },
      visibleLines(view).map(line),
    ),
    createElement(Text, { wrap: 'truncate' }, `> ${view.draft}`),
  )
}

const renderOn = (stdout: NodeJS.WriteStream, view: View): Instance =>
  render(createElement(Screen, { view }), {
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    patchConsole: false,
    exitOnCtrlC: false,
  })

/** A room on a screen, checked cell by cell after each event. */
class Room {
  readonly clock = new ManualClock()
  readonly screen: TerminalScreen
  readonly stage: GifStage
  readonly #app: Instance
  view: View

  constructor(columns: number, rows: number, graphics: 'truecolor' | 'kitty') {
    this.screen = new TerminalScreen(columns, rows)
    this.stage = createGifStage({ stdout: this.screen.stdout, graphics, clock: this.clock })
    this.view = { lines: [], back: 0, draft: '', columns, rows }
    this.#app = renderOn(this.stage.stdout, this.view)
  }

  async show(change: Partial<View>): Promise<void> {
    this.view = { ...this.view, ...change }
    this.#app.rerender(createElement(Screen, { view: this.view }))
    await this.#app.waitUntilRenderFlush()
    await this.screen.settle()
    // Everything that is due is drawn before the next frame.
    this.pass(FRAME_MS - 10)
    await this.screen.settle()
    this.check()
    this.pass(10)
    await this.screen.settle()
  }

  /** Lets time pass for the pictures on the screen. */
  pass(milliseconds: number): void {
    this.clock.advance(milliseconds)
    const seen = visibleLines(this.view).flatMap(line => ('posted' in line ? [line.posted] : []))
    for (const posted of new Set(seen)) posted.playedMs += milliseconds
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.screen.resize(columns, rows)
    await this.show({ columns, rows })
  }

  async post(seed: number, size: { readonly width: number; readonly height: number }): Promise<Posted> {
    const picture = await this.stage.loadGif(movingGif(seed, size.width, size.height), {
      columns: 40,
      rows: 20,
    })
    // One GIF is decoded at a time, so this one is complete when the next one has a frame.
    await this.stage.loadGif(sampleGif(), { columns: 1, rows: 1 })
    const posted: Posted = { picture, seed, playedMs: 0 }
    const before = ['', '  ', '가나 '][seed % 3] ?? ''
    const rows = Array.from({ length: picture.rows }, (_, row) => ({
      before,
      posted,
      row,
      after: row === 0 ? ' 끝' : '',
    }))
    await this.show({ lines: [...this.view.lines, ...rows], back: 0 })
    return posted
  }

  check(): void {
    const { rows, draft } = this.view
    const shown = visibleLines(this.view)
    this.#checkText(0, 'room')
    for (let row = 1; row < rows - 1; row++) {
      const line = shown[row - 1]
      if (line !== undefined && 'posted' in line) this.#checkPicture(row, line)
      else this.#checkText(row, line?.text ?? '')
    }
    this.#checkText(rows - 1, `> ${draft}`)
    assert.deepEqual(this.screen.cursor, { x: 2 + draft.length, y: rows - 1 })
  }

  #checkText(row: number, text: string): void {
    assert.equal(this.screen.text(row), text.trimEnd())
    this.#checkEmpty(row, 0)
  }

  #checkPicture(row: number, line: Exclude<Line, { text: string }>): void {
    const { posted, before } = line
    const { picture, playedMs } = posted
    const frame = Math.floor(playedMs / FRAME_MS) % FRAMES
    const left = before.length + (before.startsWith('가') ? 2 : 0)
    const end = Math.min(left + picture.columns, this.view.columns)
    this.#checkEmpty(row, 0, left)
    for (let column = left; column < end; column++) {
      const x = column - left
      // Ink writes an ellipsis over the last cell of a line that it cuts.
      if (column === this.view.columns - 1) continue
      if (this.stage.graphics === 'kitty') {
        const place = readPlaceholder(this.screen.characters(row, column).replace(PLACEHOLDER, ''))
        assert.deepEqual(place, { row: line.row, column: x }, `row ${row} column ${column}`)
        assert.equal(this.screen.foreground(row, column), picture.id)
        continue
      }
      assert.deepEqual(
        this.screen.halves(row, column),
        {
          upper: expectedColor(posted, frame, x, line.row * 2),
          lower: expectedColor(posted, frame, x, line.row * 2 + 1),
        },
        `row ${row} column ${column} frame ${frame}`,
      )
    }
    this.#checkEmpty(row, end)
  }

  /** Checks that no cell shows a picture. */
  #checkEmpty(row: number, from: number, to = this.view.columns): void {
    for (let column = from; column < to; column++) {
      const stale = `row ${row} column ${column} holds a stale cell`
      assert.deepEqual(this.screen.halves(row, column), { upper: undefined, lower: undefined }, stale)
      assert.ok(!this.screen.characters(row, column).includes(PLACEHOLDER), stale)
    }
  }

  [Symbol.dispose](): void {
    this.#app.unmount()
    this.stage.close()
    this.screen[Symbol.dispose]()
  }
}

async function happen(room: Room, random: Random, step: number): Promise<void> {
  const { view } = room
  switch (random(7)) {
    case 0:
      await room.post(random(1000), { width: 2 + random(30), height: 2 + 2 * random(10) })
      return
    case 1:
      return room.show({ lines: [...view.lines, { text: `message ${step}` }] })
    case 2:
      return room.show({ lines: [...view.lines, { text: `한글 메시지 ${step}` }], back: 0 })
    case 3:
      return room.show({ back: random(Math.max(1, view.lines.length - 2)) })
    case 4:
      return room.show({ draft: view.draft.slice(0, random(9)) + 'x'.repeat(random(3)) })
    case 5:
      return room.resize(24 + random(40), 6 + random(16))
    default:
      room.pass(FRAME_MS * random(4))
      return room.show({})
  }
}

describe('pictures in the layout of Ink', () => {
  for (const [graphics, seed] of [
    ['truecolor', 1],
    ['truecolor', 2],
    ['truecolor', 3],
    ['kitty', 4],
    ['kitty', 5],
  ] as const) {
    it(`are complete, current and only where they belong, after any events (${graphics}, seed ${seed})`, async () => {
      const random = seededRandom(seed)
      using room = new Room(50, 16, graphics)
      await room.post(seed, { width: 20, height: 12 })
      for (let step = 0; step < 20; step++) await happen(room, random, step)
    })
  }

  it('leave the screen as it was, even if Ink draws once more', async () => {
    using screen = new TerminalScreen(30, 8)
    screen.stdout.write('$ gifchat\r\n')
    const stage = createGifStage({ stdout: screen.stdout, graphics: 'truecolor' })
    const host = new EventEmitter()
    // Only a process's events are used.
    guardTerminal(stage.stdout, host as never)
    const view: View = { lines: [{ text: 'hello' }], back: 0, draft: '', columns: 30, rows: 8 }
    const app = renderOn(stage.stdout, view)
    await app.waitUntilRenderFlush()
    await screen.settle()
    assert.equal(screen.text(1), 'hello')
    host.emit('exit')
    app.unmount()
    await screen.settle()
    assert.deepEqual(
      [0, 1, 2].map(row => screen.text(row)),
      ['$ gifchat', '', ''],
    )
    assert.deepEqual(screen.cursor, { x: 0, y: 1 })
    stage.close()
  })
})
