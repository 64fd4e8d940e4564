import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TerminalPace } from '../../../../cli/terminal/draw/terminal-pace.ts'
import { AskedTerminal } from '../../../support/asked-terminal.ts'
import { sampleGif } from '../../../support/gif-samples.ts'
import { BOX, Kitty, noiseGif, SMALL } from '../../../support/kitty-setting.ts'

describe('across a network', () => {
  it('the next piece waits for the answer of the terminal, and the whole is smaller', async () => {
    const terminal = new AskedTerminal([])
    const pace = new TerminalPace(terminal.input)
    using kitty = new Kitty('kitty', { pace })
    const picture = await kitty.stage.loadGif(noiseGif(240, 200, 60, 60), { columns: 40, rows: 20 })
    await kitty.screen.settle()
    const frames = () => kitty.terminal.images.get(picture.id)?.frames.length ?? 0
    const answer = () => terminal.type('\x1b[0n')
    let written = kitty.bytes
    // A frame is sent in several pieces, and each waits for the answer to the one before.
    for (let piece = 0; frames() < 2; piece++) {
      assert.ok(kitty.bytes - written < 64 * 1024, `${kitty.bytes - written} bytes in piece ${piece}`)
      await kitty.screen.settle()
      assert.equal(kitty.bytes, written, 'it waits')
      answer()
      await kitty.screen.until(() => kitty.bytes > written)
      written = kitty.bytes
    }
    const next = kitty.stage.loadGif(SMALL, BOX)
    kitty.screen.onWrite = answer
    answer()
    const { id } = await next
    await kitty.screen.until(() => kitty.terminal.images.has(id))
    assert.ok(kitty.bytes < 1.1 * 1024 * 1024, `${kitty.bytes} bytes`)
  })

  it('half blocks skip frames that a slow connection has no room for', async () => {
    const terminal = new AskedTerminal([])
    const pace = new TerminalPace(terminal.input)
    using kitty = new Kitty('truecolor', { pace })
    const picture = await kitty.stage.loadGif(sampleGif({ frames: 3, delayMs: 100 }), BOX)
    await kitty.stage.loadGif(SMALL, BOX)
    await kitty.show(picture)
    const color = () => kitty.screen.halves(0, 0).upper
    const advance = async (milliseconds: number) => {
      kitty.clock.advance(milliseconds)
      await kitty.screen.settle()
    }
    await advance(100)
    const shown = color()
    await advance(100)
    assert.equal(color(), shown)
    const signals: string[] = []
    terminal.input.subscribe(({ type }) => signals.push(type))
    terminal.type('\x1b[0nx')
    await terminal.typed(1)
    assert.deepEqual(signals, ['reply'])
    await advance(67)
    assert.notEqual(color(), shown)
  })
})

describe('animation across a network', () => {
  /** The KiB written in four seconds for a picture in which every cell changes. */
  async function written(pace: TerminalPace | undefined, onWrite: () => void): Promise<number> {
    using kitty = new Kitty('truecolor', { pace })
    kitty.screen.onWrite = onWrite
    const box = { columns: 40, rows: 11 }
    const picture = await kitty.stage.loadGif(noiseGif(40, 24, 30, 70), box)
    await kitty.stage.loadGif(SMALL, box)
    await kitty.show(picture)
    const before = kitty.bytes
    for (let passed = 0; passed < 4_000; passed += 10) {
      kitty.clock.advance(10)
      await kitty.screen.settle()
    }
    return (kitty.bytes - before) / 1024
  }

  it('sends at most 200 KiB a second, however soon the terminal answers', async () => {
    let answer = () => {}
    const pace = new TerminalPace({
      subscribe(listener) {
        answer = () => listener({ type: 'reply', reply: { type: 'ready' } })
        return () => {}
      },
    })
    const there = await written(pace, () => answer())
    assert.ok(there <= 4 * 200 && there > 4 * 150, `${there} KiB`)
    const here = await written(undefined, () => {})
    assert.ok(here > 4 * 200, `${here} KiB`)
  })
})
