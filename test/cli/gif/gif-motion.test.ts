import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { placeholderRow } from '../../../cli/terminal/draw/placeholder.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { both, rgb, StageSetting } from '../../support/stage-setting.ts'

describe('the pictures of a stage', () => {
  it('stops a picture and lets it go on from the same frame', async () => {
    using setting = new StageSetting()
    const { screen, stage } = setting
    const picture = await setting.load(sampleGif({ frames: 3, delayMs: 100 }))
    await setting.write(placeholderRow(picture, 0))
    await setting.advance(150)
    stage.setPlaying(picture, false)
    assert.ok(setting.clock.isIdle)
    await setting.advance(5_000)
    assert.deepEqual(screen.halves(0, 0), both(rgb(1)))
    stage.setPlaying(picture, true)
    await setting.advance(49)
    assert.deepEqual(screen.halves(0, 0), both(rgb(1)))
    await setting.advance(1)
    assert.deepEqual(screen.halves(0, 0), both(rgb(2)))
  })

  it('moves nothing while the reader scrolls or the window lacks the focus', async () => {
    using setting = new StageSetting()
    const { screen, stage } = setting
    const picture = await setting.load(sampleGif({ frames: 2, delayMs: 100 }))
    await setting.write(placeholderRow(picture, 0))
    for (let scrolled = 0; scrolled < 5; scrolled++) {
      stage.pauseForScroll()
      await setting.advance(200)
      assert.deepEqual(screen.halves(0, 0), both(rgb(0)))
    }
    await setting.advance(200)
    assert.deepEqual(screen.halves(0, 0), both(rgb(1)))
    stage.setFocused(false)
    assert.ok(setting.clock.isIdle)
    await setting.advance(1_050)
    assert.deepEqual(screen.halves(0, 0), both(rgb(1)))
    stage.setFocused(true)
    await setting.advance(100)
    assert.deepEqual(screen.halves(0, 0), both(rgb(0)))
  })

  it('continues a picture that was scrolled away from the frame it had then', async () => {
    using setting = new StageSetting()
    const picture = await setting.load(sampleGif({ frames: 4, delayMs: 100 }))
    await setting.write(placeholderRow(picture, 0))
    await setting.advance(150)
    await setting.write('\x1b[2J\x1b[H')
    assert.ok(setting.clock.isIdle)
    await setting.advance(5_000)
    await setting.write(placeholderRow(picture, 0))
    assert.deepEqual(setting.screen.halves(0, 0), both(rgb(1)))
  })

  it('changes no picture more than three times a second with reduced motion', async () => {
    using setting = new StageSetting({ motion: 'reduced' })
    const picture = await setting.load(sampleGif({ frames: 8, delayMs: 20 }))
    await setting.write(placeholderRow(picture, 0))
    const before = setting.screen.written.length
    for (let passed = 0; passed < 2_000; passed += 5) await setting.advance(5)
    const ticks = setting.screen.written.slice(before).filter(text => text !== '')
    assert.ok(ticks.length <= 6 && ticks.length >= 3, `${ticks.length} writes`)
  })

  it('shows the first frame of each picture without motion, until the reader starts it', async () => {
    using setting = new StageSetting({ motion: 'none' })
    const picture = await setting.load(sampleGif({ frames: 2, delayMs: 100 }))
    await setting.write(placeholderRow(picture, 0))
    await setting.advance(1_000)
    assert.deepEqual(setting.screen.halves(0, 0), both(rgb(0)))
    setting.stage.setPlaying(picture, true)
    await setting.advance(100)
    assert.deepEqual(setting.screen.halves(0, 0), both(rgb(1)))
  })
})
