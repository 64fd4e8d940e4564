import assert from 'node:assert/strict'
import { mock, type TestContext, test } from 'node:test'
import type { GifInfo } from '../../../protocol/model.ts'
import { type ChatStore, StoreUnavailableError } from '../../../server/chat/chat-store.ts'
import { RoomGifs } from '../../../server/chat/room-gifs.ts'

const UNPOSTED_MS = 1_000
const SIZE = 100
const BYTES = new Uint8Array(SIZE)

const gifOf = (letter: string): GifInfo => ({
  id: letter.repeat(22),
  bytes: SIZE,
  width: 4,
  height: 3,
  frames: 1,
  durationMs: 0,
})

/** GIFs over a store in memory that can fail, on a clock that stands still. */
function keepGifs(t: TestContext, limits: { gifBytesPerRoom?: number; gifBytes?: number } = {}) {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const kept = new Map<string, GifInfo>()
  const store = {
    kept,
    saves: 0,
    isAway: false,
    isReplyLost: false,
    async saveGif(room: string, gif: GifInfo) {
      store.saves++
      if (store.isAway) throw new StoreUnavailableError('away')
      kept.set(`${room}/${gif.id}`, gif)
      if (store.isReplyLost) throw new StoreUnavailableError('nobody knows what became of it')
    },
    findGif: async (room: string, gif: string) => kept.get(`${room}/${gif}`),
    async deleteGif(room: string, gif: string) {
      if (store.isAway) throw new StoreUnavailableError('away')
      kept.delete(`${room}/${gif}`)
    },
  }
  const gifs = new RoomGifs({
    store: store as unknown as ChatStore, // GIFs need no more of it
    log: { info: () => {}, warn: () => {} },
    settings: { unpostedGifMs: UNPOSTED_MS, gifBytesPerRoom: 1_000, gifBytes: 1_000, ...limits },
  })
  const save = (room: string, letter: string) => gifs.saveGif(room, gifOf(letter), BYTES)
  const posted = (isDuplicate: boolean) => async () => ({ seq: 1, createdAt: 0, isDuplicate })
  const failed = () => Promise.reject(new Error('not stored'))
  const post = (
    letter: string,
    how: () => Promise<{ seq: number; createdAt: number; isDuplicate: boolean }>,
  ) => gifs.postGif('r', gifOf(letter).id, how)
  const has = (letter: string, room = 'r') => kept.has(`${room}/${gifOf(letter).id}`)
  /** Moves the clock, and waits until what that started has finished. */
  const pass = async (milliseconds: number) => {
    mock.timers.tick(milliseconds)
    await new Promise(resolve => setImmediate(resolve))
  }
  return { gifs, store, save, post, posted, failed, has, pass }
}

test('T6 a GIF is deleted when nobody posts it in time, and stays when somebody does', async t => {
  const { save, post, posted, has, pass } = keepGifs(t)
  await save('r', 'a')
  await save('r', 'b')
  await pass(UNPOSTED_MS - 1)
  await save('r', 'b')
  await post('a', posted(false))
  await pass(UNPOSTED_MS - 1)
  assert.ok(has('b'), 'uploaded again, it waits anew')
  await pass(1)
  assert.ok(has('a'))
  assert.ok(!has('b'))
  await assert.rejects(post('b', posted(false)), { code: 'noSuchGif' })
})

test('T6 a message that fails, or that was posted before, does not keep an uploaded GIF', async t => {
  const { save, post, posted, failed, has, pass } = keepGifs(t)
  for (const letter of ['a', 'b']) await save('r', letter)
  await post('a', posted(true))
  await assert.rejects(post('b', failed), { message: 'not stored' })
  assert.ok(has('a') && has('b'))
  await pass(UNPOSTED_MS)
  assert.ok(!has('a') && !has('b'))
})

test('T6 a GIF in a message stays, whatever becomes of further messages with it', async t => {
  const { save, post, posted, failed, has, pass } = keepGifs(t)
  for (const letter of ['a', 'b']) await save('r', letter)
  await post('a', posted(false))
  await post('a', posted(true))
  await assert.rejects(post('a', failed))
  // Two messages with it at once. One fails after the other was posted.
  const slow = Promise.withResolvers<never>()
  const failing = post('b', () => slow.promise)
  await post('b', posted(false))
  slow.reject(new Error('not stored'))
  await assert.rejects(failing)
  await pass(2 * UNPOSTED_MS)
  assert.ok(has('a') && has('b'))
})

test('G6 a room has a quota of GIF bytes, and so has the server', async t => {
  const { gifs, save, post, posted, pass } = keepGifs(t, { gifBytesPerRoom: 2 * SIZE, gifBytes: 3 * SIZE })
  await save('r', 'a')
  await save('r', 'b')
  await assert.rejects(save('r', 'c'), { code: 'roomGifsFull' })
  await save('r', 'b')
  await save('s', 'c')
  await assert.rejects(save('s', 'd'), { code: 'serverGifsFull' })
  await post('a', posted(false))
  await pass(UNPOSTED_MS)
  await save('r', 'd')
  await assert.rejects(save('r', 'e'), { code: 'roomGifsFull' })
  gifs.forgetRoom('r')
  await save('s', 'e')
  await save('s', 'f')
  await assert.rejects(save('s', 'g'), { code: 'roomGifsFull' })
})

test('G6 GIFs found at start-up count, and a GIF whose first upload failed counts once', async t => {
  const { gifs, store, save } = keepGifs(t, { gifBytesPerRoom: 2 * SIZE, gifBytes: 10 * SIZE })
  gifs.countFoundGifs('r', SIZE)
  store.isAway = true
  await assert.rejects(save('r', 'a'), { code: 'unavailable' })
  store.isAway = false
  await save('r', 'a')
  await assert.rejects(save('r', 'b'), { code: 'roomGifsFull' })
})

test('G6 T6 a GIF that was stored though its upload failed is counted, and deleted in time', async t => {
  const { gifs, store, save, has, pass } = keepGifs(t, { gifBytesPerRoom: SIZE })
  store.isReplyLost = true
  await assert.rejects(save('r', 'a'), { code: 'unavailable' })
  assert.ok(has('a'))
  await assert.rejects(save('r', 'b'), { code: 'roomGifsFull' })
  await pass(UNPOSTED_MS)
  assert.ok(!has('a'))
  store.isReplyLost = false
  await save('r', 'b')
  gifs.stopExpiry()
})

test('T6 a GIF that could not be deleted is deleted later, and counted until then', async t => {
  const { store, save, has, pass } = keepGifs(t, { gifBytesPerRoom: SIZE })
  await save('r', 'a')
  store.isAway = true
  await pass(UNPOSTED_MS)
  store.isAway = false
  await assert.rejects(save('r', 'b'), { code: 'roomGifsFull' })
  await pass(UNPOSTED_MS)
  assert.ok(!has('a'))
  await save('r', 'b')
})

test('G1 the same GIF uploaded twice at once is stored and counted once', async t => {
  const { store, save } = keepGifs(t, { gifBytesPerRoom: 2 * SIZE })
  await Promise.all([save('r', 'a'), save('r', 'a')])
  await save('r', 'b')
  assert.equal(store.saves, 2)
})
