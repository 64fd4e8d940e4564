import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { directory, open, store } from './living-store.ts'
import { GIF_BYTES, gifOf, roomOf } from './store-samples.ts'

const makeRooms = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => store.createRoom(roomOf(`crowd${index}`))))

const roomsOnDisk = () => readdirSync(join(directory, 'rooms'))

test('whoever writes beside a crowd of new rooms does not wait for all of them', async () => {
  const created = makeRooms(200)
  await store.saveGif('one', gifOf('g', GIF_BYTES), GIF_BYTES)
  const before = roomsOnDisk().length
  assert.ok(before < 100, `${before} rooms came before`)
  await created
})

test('a store that was closed makes no more rooms, and those that it was making are whole', async () => {
  const created = makeRooms(50)
  await store.close()
  const made = roomsOnDisk()
  await created
  assert.deepEqual(roomsOnDisk(), made)
  const again = await open(directory)
  assert.equal((await again.findRooms()).length, made.length)
  await again.close()
})
