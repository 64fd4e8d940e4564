import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { placeholderRow } from '../../../../cli/terminal/draw/placeholder.ts'
import { sampleGif } from '../../../support/gif-samples.ts'
import { Kitty } from '../../../support/kitty-setting.ts'
import { both, rgb, StageSetting } from '../../../support/stage-setting.ts'

describe('a GIF that does not play for ever', () => {
  it('plays once without a loop count, stays on its last frame, and plays again when asked', async () => {
    using setting = new StageSetting()
    const ended: number[] = []
    setting.stage.watchEnds(({ id }) => ended.push(id))
    const picture = await setting.load(sampleGif({ frames: 3, delayMs: 100, loops: -1 }))
    await setting.write(placeholderRow(picture, 1))
    for (const frame of [0, 1, 2, 2, 2]) {
      assert.deepEqual(setting.screen.halves(0, 7), both(rgb(frame)))
      await setting.advance(100)
    }
    assert.deepEqual(ended, [picture.id])
    assert.ok(setting.clock.isIdle)
    setting.stage.setPlaying(picture, true)
    for (const frame of [0, 1, 2, 2]) {
      await setting.advance(67)
      assert.deepEqual(setting.screen.halves(0, 7), both(rgb(frame)))
      await setting.advance(33)
    }
    assert.deepEqual(ended, [picture.id, picture.id])
  })

  it('is repeated as often as its loop count says', async () => {
    using setting = new StageSetting()
    const picture = await setting.load(sampleGif({ frames: 2, delayMs: 100, loops: 2 }))
    await setting.write(placeholderRow(picture, 1))
    for (const frame of [0, 1, 0, 1, 0, 1, 1, 1]) {
      assert.deepEqual(setting.screen.halves(0, 7), both(rgb(frame)))
      await setting.advance(100)
    }
    assert.ok(setting.clock.isIdle)
  })

  it('is played by kitty as often, and stopped there when it has ended', async () => {
    using kitty = new Kitty('kitty')
    const picture = await kitty.load(sampleGif({ frames: 2, delayMs: 100, loops: 2 }))
    await kitty.show(picture)
    assert.match(kitty.screen.written.join(''), new RegExp(`a=a,i=${picture.id},s=3,v=4,q=2`))
    assert.equal(kitty.terminal.image(picture.id).runState, 'looping')
    kitty.clock.advance(600)
    await kitty.screen.settle()
    assert.equal(kitty.terminal.image(picture.id).runState, 'stopped')
  })
})
