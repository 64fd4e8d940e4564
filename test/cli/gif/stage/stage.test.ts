import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GifError, type GifErrorReason } from '../../../../cli/gif/gif-stage.ts'
import { createGifStage } from '../../../../cli/gif/stage/terminal-stage.ts'
import { SILENT_REPORT } from '../../../../cli/terminal/ask/terminal-report.ts'
import { placeholderRow } from '../../../../cli/terminal/draw/placeholder.ts'
import { STRANGE_GIFS } from '../../../support/gif-corpus.ts'
import { sampleGif } from '../../../support/gif-samples.ts'
import { BOX, both, rgb, StageSetting } from '../../../support/stage-setting.ts'

const errorOf = (reason: GifErrorReason) => (error: unknown) =>
  error instanceof GifError && error.reason === reason

describe('a stage', () => {
  it('draws a picture where its placeholders are printed, and animates it', async () => {
    using setting = new StageSetting()
    const { screen, stage } = setting
    const moving = createGifStage({ stdout: screen.stdout, graphics: 'truecolor' })
    const picture = await moving.loadGif(sampleGif({ frames: 3, delayMs: 20 }), BOX)
    moving.stdout.write(`ab${placeholderRow(picture, 0)}cd`)
    await screen.until(() => screen.halves(0, 2).upper === rgb(2))
    assert.equal(screen.text(0), 'ab        cd')
    moving.close()
    stage.close()
  })

  it('loops for ever and shows each frame as long as the file says', async () => {
    using setting = new StageSetting()
    const { screen } = setting
    const picture = await setting.load(sampleGif({ frames: 3, delayMs: 100 }))
    await setting.write(placeholderRow(picture, 1))
    for (const frame of [0, 1, 2, 0, 1]) {
      assert.deepEqual(screen.halves(0, 7), both(rgb(frame)))
      await setting.advance(100)
    }
  })

  it('drops frames but keeps the pace of a GIF faster than 15 frames a second', async () => {
    using setting = new StageSetting()
    const picture = await setting.load(sampleGif({ frames: 8, delayMs: 20 }))
    await setting.write(placeholderRow(picture, 0))
    const before = setting.screen.written.length
    // As in the event loop, each write is finished before the next timer.
    for (let passed = 0; passed < 1000; passed += 5) await setting.advance(5)
    const ticks = setting.screen.written.slice(before).filter(text => text !== '')
    assert.ok(ticks.length <= 15 && ticks.length >= 12, `${ticks.length} writes`)
  })

  it('writes nothing while nothing moves: a still picture, one out of sight, or none', async () => {
    using setting = new StageSetting()
    const still = await setting.load(sampleGif({ frames: 1 }))
    const moving = await setting.load(sampleGif({ frames: 2 }))
    assert.ok(setting.clock.isIdle)
    await setting.write(placeholderRow(still, 0))
    assert.ok(setting.clock.isIdle)
    await setting.write(`\r\n${placeholderRow(moving, 0)}`)
    assert.ok(!setting.clock.isIdle)
    await setting.write('\n'.repeat(6))
    await setting.advance(1000)
    assert.ok(setting.clock.isIdle)
  })

  it('writes only cells that changed, and leaves the cursor where it was', async () => {
    using setting = new StageSetting()
    const picture = await setting.load(sampleGif({ frames: 2 }))
    await setting.write(`\r\n\r\nab${placeholderRow(picture, 0)} x`)
    const { cursor } = setting.screen
    await setting.advance(100)
    const tick = setting.screen.written.filter(text => text !== '').at(-1) ?? ''
    const drawing = '\x1b[?2026h\x1b7\x1b[3;3H\x1b[48;2;0;255;0m        \x1b[39;49m\x1b8\x1b[?2026l'
    assert.equal(tick, `\x1b[?25l${drawing}\x1b[?25h`)
    assert.deepEqual(setting.screen.cursor, cursor)
  })

  it('hides a cursor that is shown while it draws, unless the terminal shows drawings at once', async () => {
    for (const [hasSynchronizedOutput, written, expected] of [
      [false, '', 'lh'],
      [false, '\x1b[?25l', ''],
      [false, '\x1b[?25l\x1b[?25h', 'lh'],
      [true, '', ''],
    ] as const) {
      using setting = new StageSetting({ report: { ...SILENT_REPORT, hasSynchronizedOutput } })
      const picture = await setting.load(sampleGif({ frames: 2 }))
      await setting.write(written + placeholderRow(picture, 0))
      await setting.advance(100)
      const tick = setting.screen.written.filter(text => text !== '').at(-1) ?? ''
      assert.match(tick, /\x1b\[\?2026h/)
      assert.equal((tick.match(/\x1b\[\?25[lh]/g) ?? []).map(code => code.at(-1)).join(''), expected)
    }
  })

  it('needs no new half blocks when the cells have another size', async () => {
    using setting = new StageSetting()
    const picture = await setting.load(sampleGif({ frames: 1 }))
    assert.ok(!(await setting.stage.setCellSize({ width: 5, height: 12 })))
    assert.ok(setting.stage.holdsPicture(picture))
  })

  it('uses only the colours that the terminal has', async () => {
    for (const [graphics, expected] of [
      ['256', 196],
      ['16', 9],
    ] as const) {
      using setting = new StageSetting({ graphics })
      const picture = await setting.load(sampleGif({ frames: 1 }))
      await setting.write(placeholderRow(picture, 0))
      assert.deepEqual(setting.screen.halves(0, 0), both(expected))
    }
  })

  it('draws blanks for a picture that it does not have', async () => {
    using setting = new StageSetting()
    await setting.write(`a${placeholderRow({ id: 0xabcdef, columns: 4 }, 0)}b`)
    assert.equal(setting.screen.text(0), 'a    b')
    assert.ok(setting.clock.isIdle)
  })

  it('evicts the pictures unseen for longest, and none that is on the screen', async () => {
    using setting = new StageSetting({ cacheBytes: 3000 })
    const large = sampleGif({ width: 10, height: 10, frames: 3 })
    const seen = await setting.load(large)
    await setting.write(placeholderRow(seen, 0))
    const unseen = await setting.load(large)
    const newest = await setting.load(large)
    assert.deepEqual(
      [seen, unseen, newest].map(picture => setting.stage.holdsPicture(picture)),
      [true, false, true],
    )
  })

  it('does not draw over a terminal that is behind', async () => {
    using setting = new StageSetting()
    const picture = await setting.load(sampleGif({ frames: 2 }))
    await setting.write(placeholderRow(picture, 0))
    const { stdout } = setting.screen
    stdout.cork()
    stdout.write('-'.repeat(70_000))
    const before = setting.screen.written.length
    setting.clock.advance(100)
    stdout.uncork()
    await setting.screen.settle()
    assert.deepEqual(
      setting.screen.written.slice(before).filter(text => text.includes('\x1b')),
      [],
    )
    await setting.advance(100)
    assert.ok(setting.screen.written.at(-2)?.includes('\x1b[?2026h'))
  })

  it('passes everything else on to standard output', async () => {
    using setting = new StageSetting()
    const { stdout } = setting.stage
    let resizes = 0
    stdout.on('resize', () => resizes++)
    setting.screen.resize(33, 9)
    assert.deepEqual([stdout.columns, stdout.rows, stdout.isTTY, resizes], [33, 9, true, 1])
    await new Promise<void>(resolve => stdout.write(Buffer.from('bytes'), () => resolve()))
    assert.equal(setting.screen.text(0), 'bytes')
  })

  it('forgets its pictures when the alternate screen is left, and starts at the top when it is entered', async () => {
    using setting = new StageSetting()
    const picture = await setting.load(sampleGif({ frames: 2 }))
    await setting.write('one\r\ntwo\r\n')
    await setting.write('\x1b[?1049h')
    await setting.write(placeholderRow(picture, 0))
    assert.deepEqual(setting.screen.halves(0, 0), both(rgb(0)))
    await setting.write('\x1b[?1049l')
    await setting.advance(500)
    assert.equal(setting.screen.text(0), 'one')
    assert.deepEqual(setting.screen.halves(0, 0), both(undefined))
    assert.ok(setting.clock.isIdle)
  })
})

describe('loading', () => {
  it('says why a file is not shown', async () => {
    using setting = new StageSetting()
    const whole = sampleGif()
    await assert.rejects(setting.stage.loadGif(Buffer.from('not a GIF'), BOX), errorOf('notAGif'))
    await assert.rejects(setting.stage.loadGif(whole.subarray(0, 60), BOX), errorOf('truncated'))
    await setting.stage.loadGif(whole, BOX)
  })

  it('loads odd files safely', async () => {
    using setting = new StageSetting()
    for (const { bytes } of STRANGE_GIFS) assert.ok((await setting.stage.loadGif(bytes, BOX)).columns > 0)
  })

  it('is rejected when the stage closes, also for GIFs that wait', async () => {
    using setting = new StageSetting()
    const loads = [setting.stage.loadGif(sampleGif(), BOX), setting.stage.loadGif(sampleGif(), BOX)]
    setting.stage.close()
    for (const load of loads) await assert.rejects(load, errorOf('notShown'))
  })

  it('is refused where there are no pictures', async () => {
    using setting = new StageSetting({ graphics: 'text' })
    assert.equal(setting.stage.stdout, setting.screen.stdout)
    await assert.rejects(setting.stage.loadGif(sampleGif(), BOX), errorOf('notShown'))
  })
})
