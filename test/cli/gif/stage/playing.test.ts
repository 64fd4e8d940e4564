import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GifAnimation } from '../../../../cli/gif/gif-animation.ts'
import { gifInWords } from '../../../../cli/gif/gif-in-words.ts'
import { StagePictureCache } from '../../../../cli/gif/stage/stage-picture-cache.ts'

function animationOf(delays: readonly number[]): GifAnimation {
  const animation = new GifAnimation()
  for (const delay of delays) animation.addFrame(delay)
  animation.endFrames()
  return animation
}

describe('an animation', () => {
  it('shows each frame as long as it says, in a loop', () => {
    const animation = animationOf([30, 50, 20])
    const frames = [0, 29, 30, 79, 80, 99, 100, 129, 130, 1_000_080].map(time => animation.frameAt(time))
    assert.deepEqual(frames, [0, 0, 1, 1, 2, 2, 0, 0, 1, 2])
  })

  it('shows frames of 10 ms or less for 100 ms', () => {
    const animation = animationOf([0, 10, 11, 20])
    assert.deepEqual(
      [99, 100, 199, 200, 210, 211, 230].map(time => animation.frameAt(time)),
      [0, 1, 1, 2, 2, 3, 3],
    )
    assert.equal(animation.frameAt(231), 0)
  })

  it('tells the time until the next frame', () => {
    const animation = animationOf([30, 50])
    assert.deepEqual(
      [0, 29, 30, 45, 80].map(time => animation.untilNextFrame(time)),
      [30, 1, 50, 35, 30],
    )
  })

  it('stays at the last frame while more are to come', () => {
    const animation = new GifAnimation()
    animation.addFrame(50)
    assert.deepEqual([animation.frameAt(500), animation.untilNextFrame(500)], [0, undefined])
    animation.addFrame(50)
    assert.deepEqual(
      [animation.frameAt(70), animation.frameAt(500), animation.untilNextFrame(500)],
      [1, 1, undefined],
    )
    animation.endFrames()
    assert.deepEqual([animation.frameAt(500), animation.untilNextFrame(500)], [0, 50])
  })

  it('never moves with one frame or none', () => {
    assert.equal(animationOf([50]).untilNextFrame(10), undefined)
    assert.deepEqual([animationOf([]).frameAt(5), animationOf([]).untilNextFrame(5)], [0, undefined])
  })
})

describe('a cache of pictures', () => {
  it('evicts what was unused for longest', () => {
    const cache = new StagePictureCache<{ id: number; bytes: number }>(30)
    for (const id of [1, 2, 3]) cache.add({ id, bytes: 10 })
    cache.evictUnused(() => false)
    assert.ok(cache.get(1))
    cache.add({ id: 4, bytes: 10 })
    cache.evictUnused(() => false)
    assert.deepEqual(
      [1, 2, 3, 4].filter(id => cache.has(id)),
      [1, 3, 4],
    )
  })

  it('keeps what is in use, however large it is', () => {
    const cache = new StagePictureCache<{ id: number; bytes: number }>(10)
    for (const id of [1, 2, 3]) cache.add({ id, bytes: 20 })
    cache.evictUnused(id => id === 2)
    assert.deepEqual(
      [1, 2, 3].filter(id => cache.has(id)),
      [2],
    )
  })
})

describe('gifInWords', () => {
  const gif = {
    id: 'x'.repeat(22),
    width: 480,
    height: 270,
    frames: 40,
    durationMs: 4000,
    bytes: 648_192,
    name: 'cat.gif',
  }

  it('describes the GIF in one line', () => {
    assert.equal(gifInWords(gif), '[GIF cat.gif 480×270 4.0 s 633 KiB]')
    assert.equal(gifInWords({ ...gif, bytes: 43, durationMs: 0, name: '' }), '[GIF 480×270 0.0 s 43 B]')
    assert.equal(
      gifInWords({ ...gif, bytes: 5 * 1024 * 1024, durationMs: 90 }),
      '[GIF cat.gif 480×270 0.1 s 5.0 MiB]',
    )
  })

  it('lets no escape sequence in a name through', () => {
    assert.equal(
      gifInWords({ ...gif, name: 'a\x1b]52;c;eA==\x07\n\u202ecat.gif' }),
      '[GIF a cat.gif 480×270 4.0 s 633 KiB]',
    )
  })
})
