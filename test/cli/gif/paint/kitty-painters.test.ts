import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { placeholderRow } from '../../../../cli/terminal/draw/placeholder.ts'
import { sampleColor, sampleGif } from '../../../support/gif-samples.ts'
import { BOX, CELL, Kitty, noiseGif } from '../../../support/kitty-setting.ts'

const rgba = (frame: number) => Buffer.from([...sampleColor(frame), 255])

describe('in kitty, a picture', () => {
  it('is sent with all frames and times, and then plays without a byte', async () => {
    using kitty = new Kitty('kitty')
    const picture = await kitty.load(sampleGif({ width: 40, height: 40, frames: 4, delayMs: 120 }))
    const { frames, columns, rows, runState } = kitty.terminal.image(picture.id)
    assert.deepEqual({ columns, rows }, { columns: picture.columns, rows: picture.rows })
    assert.deepEqual(
      frames.map(({ gapMs }) => gapMs),
      [120, 120, 120, 120],
    )
    for (const [index, { pixels }] of frames.entries())
      assert.deepEqual(pixels.subarray(0, 4), rgba(index), `frame ${index}`)
    assert.equal(runState, 'stopped')

    await kitty.show(picture)
    assert.equal(kitty.terminal.image(picture.id).runState, 'looping')
    const before = kitty.bytes
    kitty.clock.advance(10_000)
    await kitty.screen.settle()
    assert.equal(kitty.bytes, before)
    assert.ok(kitty.clock.isIdle)
  })

  it('has the shape of its cells, and is enlarged to twice its size at most', async () => {
    for (const [width, height, expected] of [
      [320, 180, { columns: 10, rows: 3 }],
      [60, 160, { columns: 4, rows: 5 }],
      [16, 16, { columns: 4, rows: 2 }],
    ] as const) {
      using kitty = new Kitty('kitty')
      const picture = await kitty.load(sampleGif({ width, height, frames: 1 }))
      const { columns, rows, frames } = kitty.terminal.image(picture.id)
      assert.deepEqual({ columns, rows }, expected)
      const [frame] = frames
      assert.ok(frame !== undefined)
      const stretch = ((frame.width / frame.height) * rows * CELL.height) / (columns * CELL.width)
      assert.ok(Math.abs(stretch - 1) < 0.04, `${frame.width}×${frame.height} in ${columns}×${rows} cells`)
    }
  })

  it('stops out of sight, without the focus, and when the reader stops it', async () => {
    using kitty = new Kitty('kitty')
    const picture = await kitty.load(sampleGif({ frames: 3 }))
    const becomes = (runState: string) =>
      kitty.screen.until(() => kitty.terminal.image(picture.id).runState === runState)
    await kitty.show(picture)
    await becomes('looping')
    kitty.stage.setFocused(false)
    await becomes('stopped')
    kitty.stage.setFocused(true)
    await becomes('looping')
    kitty.stage.setPlaying(picture, false)
    await becomes('stopped')
    kitty.stage.setPlaying(picture, true)
    await becomes('looping')
    await kitty.write('\x1b[H\x1b[J')
    await becomes('stopped')
  })

  it('loses frames but no time at a slower pace', async () => {
    for (const [motion, most] of [
      ['full', 66],
      ['reduced', 333],
    ] as const) {
      using kitty = new Kitty('kitty', { motion })
      const picture = await kitty.load(sampleGif({ frames: 100, delayMs: 20 }))
      const gaps = kitty.terminal.image(picture.id).frames.map(({ gapMs }) => gapMs)
      assert.ok(
        gaps.slice(0, -1).every(gap => gap >= most),
        gaps.join(),
      )
      assert.ok(Math.abs(gaps.reduce((sum, gap) => sum + gap, 0) - 2_000) <= gaps.length)
    }
  })

  for (const [how, delayMs] of [
    ['with fewer frames', 60],
    ['in less detail, where each frame is shown for long', 250],
  ] as const)
    it(`is sent in at most 4 MiB: ${how}`, async () => {
      using kitty = new Kitty('kitty')
      const before = kitty.bytes
      const picture = await kitty.load(noiseGif(240, 200, 60, delayMs), { columns: 40, rows: 20 })
      const { frames } = kitty.terminal.image(picture.id)
      assert.ok(kitty.bytes - before < 4.1 * 1024 * 1024, `${kitty.bytes - before} bytes`)
      assert.ok(kitty.bytes - before > 2 * 1024 * 1024, 'what may be sent is made use of')
      if (delayMs < 100) assert.ok(frames.length >= 12 && frames.length < 60, `${frames.length} frames`)
      else assert.ok((frames[0]?.width ?? 0) < 240)
      assert.ok(Math.abs(frames.reduce((sum, { gapMs }) => sum + gapMs, 0) - 60 * delayMs) <= 60)
    })

  it('is freed when it is evicted, and at the latest before the screen is given back', async () => {
    using kitty = new Kitty('kitty', { cacheBytes: 3_000 })
    const large = sampleGif({ width: 16, height: 16, frames: 2 })
    // Whatever is loaded after it would evict it before it is on the screen.
    const seen = await kitty.stage.loadGif(large, BOX)
    await kitty.show(seen)
    const unseen = await kitty.load(large)
    await kitty.load(large)
    await kitty.screen.until(() => kitty.terminal.freed.includes(unseen.id))
    assert.ok(!kitty.stage.holdsPicture(unseen) && kitty.stage.holdsPicture(seen))
    kitty.stage.close()
    await kitty.screen.settle()
    assert.deepEqual([...kitty.terminal.images.keys()], [])
  })

  it('is replaced when the cells have another size', async () => {
    using kitty = new Kitty('kitty')
    const gif = () => sampleGif({ width: 200, height: 100, frames: 2 })
    const { id } = await kitty.load(gif())
    await kitty.stage.setCellSize({ width: 4, height: 8 })
    await kitty.screen.until(() => kitty.terminal.freed.includes(id))
    const anew = await kitty.load(gif())
    const { frames } = kitty.terminal.image(anew.id)
    assert.deepEqual([frames.length, frames[0]?.width, frames[0]?.height], [2, 40, 24])
  })

  it('shows its cells wherever they are printed, and none once it is freed', async () => {
    using kitty = new Kitty('kitty')
    const picture = await kitty.load(sampleGif({ frames: 2 }))
    await kitty.write(`ab${placeholderRow(picture, 0)}c`)
    assert.ok(kitty.screen.written.at(-2)?.includes(placeholderRow(picture, 0)))
    await kitty.write(`\x1b[H\x1b[J${placeholderRow({ id: 1, columns: 3 }, 0)}|`)
    assert.equal(kitty.screen.text(0), '   |')
  })
})

describe('in a terminal that shows images in the text but plays none, a picture', () => {
  it('is an image for each frame, chosen by the colour of its cells', async () => {
    using kitty = new Kitty('kitty-frames')
    const picture = await kitty.load(sampleGif({ width: 40, height: 40, frames: 3, delayMs: 100 }))
    await kitty.show(picture)
    const shown = () => kitty.terminal.image(kitty.screen.foreground(0, 0)).frames[0]?.pixels.subarray(0, 4)
    for (const frame of [0, 1, 2, 0]) {
      assert.deepEqual(shown(), rgba(frame))
      for (let row = 0; row < picture.rows; row++)
        for (let column = 0; column < picture.columns; column++)
          assert.equal(kitty.screen.foreground(row, column), kitty.screen.foreground(0, 0))
      kitty.clock.advance(100)
      await kitty.screen.settle()
    }
    const { images } = kitty.terminal
    assert.ok([...images.values()].every(({ frames }) => frames.length === 1))
    kitty.stage.close()
    await kitty.screen.settle()
    assert.deepEqual([...kitty.terminal.images.keys()], [])
  })
})
