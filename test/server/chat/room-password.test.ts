import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashRoomPassword, RoomPasswordCheck } from '../../../server/chat/room-password.ts'

test('R3 a password is the same whether its accents are letters of their own or not', async () => {
  const composed = 'caf\u00e9 \uac00'
  const apart = composed.normalize('NFD')
  assert.notEqual(composed, apart)
  const check = new RoomPasswordCheck(await hashRoomPassword(composed))
  // Once one was found right, the next are compared in another way.
  for (const password of [apart, composed, apart]) assert.ok(await check.matchesPassword(password))
  assert.equal(await check.matchesPassword('cafe'), false)
})
