import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GifInfo } from '../../../protocol/model.ts'
import { Lobby } from '../../../server/chat/lobby.ts'
import { RoomRegistry } from '../../../server/chat/room-registry.ts'
import { MemoryStore } from '../../../server/store/memory/memory-store.ts'
import { FEW_LIMITS } from '../../support/memory-fleet.ts'

const user = { id: 'ann', color: '#112233' }
const stored = { id: 'room', title: 'room', max: 10, owner: user, passwordHash: null, createdAt: 0 }
const gif: GifInfo = { id: 'A'.repeat(22), bytes: 4, width: 1, height: 1, frames: 1, durationMs: 0 }
const BYTES = Buffer.from('GIF8')

/** Deletes the GIF when the room is loaded, as a store does with those that nobody has posted. */
class StoreOfEarlierRun extends MemoryStore {
  override async loadRoom(...args: Parameters<MemoryStore['loadRoom']>) {
    const loaded = await super.loadRoom(...args)
    await new Promise(resolve => setImmediate(resolve))
    await this.deleteGif(stored.id, gif.id)
    return loaded
  }
}

async function roomOfEarlierRun() {
  const store = new StoreOfEarlierRun()
  await store.createRoom(stored)
  await store.saveGif(stored.id, gif, BYTES)
  const log = { info: () => {}, warn: () => {} }
  const rooms = new RoomRegistry({ store, lobby: new Lobby(), log, settings: FEW_LIMITS })
  rooms.adoptRooms([{ ...stored, gifBytes: gif.bytes }])
  return { store, rooms, room: rooms.findRoom(stored.id) }
}

test('G4 a GIF of an earlier run is not posted while the room is loaded, which deletes it', async () => {
  const { store, rooms, room } = await roomOfEarlierRun()
  const post = { user, clientMessageId: 'one', gif: gif.id, name: 'a.gif' }
  await assert.rejects(
    room.gifs.postGif(post, () => {}),
    { code: 'noSuchGif' },
  )
  assert.deepEqual(await store.readMessages(stored.id, { limit: 10 }), [])
  rooms.closeRooms()
})

test('G1 a GIF that is uploaded again while the room is loaded is there afterwards', async () => {
  const { store, rooms, room } = await roomOfEarlierRun()
  await Promise.all([room.history.ensureCaughtUp(), room.gifs.saveGif(gif, BYTES)])
  assert.notEqual(await store.findGif(stored.id, gif.id), undefined)
  rooms.closeRooms()
})
