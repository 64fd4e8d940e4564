import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PasswordGuard } from '../../../server/chat/passwords/password-guard.ts'
import { RoomPasswordCheck, RoomPasswordHasher } from '../../../server/chat/passwords/room-password.ts'

const checkOf = (passwordHash: string, hasher: RoomPasswordHasher, password?: string) =>
  new RoomPasswordCheck(
    { id: 'room', passwordHash },
    { hasher, guard: new PasswordGuard(Date.now) },
    password,
  )

test('R3 a password is the same whether its accents are letters of their own or not', async () => {
  const composed = 'caf\u00e9 \uac00'
  const apart = composed.normalize('NFD')
  assert.notEqual(composed, apart)
  const asker = { address: 'here', person: 'me', isConnected: () => true }
  const hasher = new RoomPasswordHasher()
  const check = checkOf(await hasher.hashPassword(composed, asker), hasher)
  // Once one was found right, the next are compared in another way.
  for (const password of [apart, composed, apart]) assert.ok(await check.matchesPassword(password, asker))
  assert.equal(await check.matchesPassword('cafe', asker), false)
})

test('a room whose password is known, or that became known meanwhile, takes no turn for it', async () => {
  const guesser = { address: 'here', person: 'me', isConnected: () => true }
  const hasher = new RoomPasswordHasher()
  const hash = await hasher.hashPassword('tangerine', guesser)
  const isTried: string[] = []
  const trace = (name: string) => ({
    ...guesser,
    address: name,
    isConnected: () => isTried.push(name) > 0,
  })
  const fresh = checkOf(hash, hasher, 'tangerine')
  assert.ok(await fresh.matchesPassword('tangerine', trace('fresh')))
  assert.ok(!(await fresh.matchesPassword('orange', trace('fresh'))))
  assert.deepEqual(isTried, [])
  const found = checkOf(hash, hasher)
  assert.ok(await found.matchesPassword('tangerine', trace('found')))
  assert.ok(await found.matchesPassword('tangerine', trace('again')))
  assert.deepEqual(isTried, ['found'])
})

test('the guess of somebody who is gone by the time of the turn is not tried', async () => {
  const guesser = { address: 'here', person: 'me', isConnected: () => true }
  const hasher = new RoomPasswordHasher()
  const check = checkOf(await hasher.hashPassword('tangerine', guesser), hasher)
  await assert.rejects(check.matchesPassword('orange', { ...guesser, isConnected: () => false }), {
    code: 'unavailable',
  })
})
