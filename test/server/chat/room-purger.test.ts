import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { ChatStore } from '../../../server/chat/chat-store.ts'
import { RoomPurger } from '../../../server/chat/room-purger.ts'

test('T5 a server that goes down does not wait for ever for a purge', async context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const begun: string[] = []
  const store = {
    purgeRooms(rooms: readonly string[]) {
      begun.push(...rooms)
      return new Promise<never>(() => {})
    },
  } as unknown as ChatStore // a purger needs no more of it
  const purger = new RoomPurger(store, { info: () => {}, warn: () => {} })
  purger.purgeRoom('room')
  const finished = purger.finishPurges()
  await turn()
  context.mock.timers.tick(2_999)
  const first = await Promise.race([finished.then(() => 'finished'), turn('waits')])
  assert.deepEqual([begun, first], [['room'], 'waits'])
  context.mock.timers.tick(1)
  await finished
})
