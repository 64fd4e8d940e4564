import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ifRoomMoved, type RoomAccess } from '../../../server/chat/room-access.ts'
import { MemoryFleet } from '../../support/memory-fleet.ts'
import { connectionOf } from '../chat/room-access-contract.ts'

const OPENER = { id: 'opener', color: '#112233' }
const GIF = { id: 'A'.repeat(22), bytes: 3, width: 1, height: 1, frames: 1, durationMs: 0 }

/** Ann in a room of the first node, and Ben there from the second. */
async function twoPeople(fleet: MemoryFleet) {
  const { id } = await fleet.first.directory.createRoom(OPENER, '192.0.2.1', { title: 'room', max: 10 })
  const [ann, ben] = [connectionOf('ann'), connectionOf('ben')]
  const here = await fleet.first.directory.findRoom(id)
  const there = await fleet.second.directory.findRoom(id)
  await here.join(ann.member, {}, () => {})
  await there.join(ben.member, {}, () => {})
  return { id, ann, ben, here, there }
}

/** Posts as a session does, which follows a room that moves. */
function say(room: RoomAccess, who: string, text: string): Promise<number> {
  const post = ({ history }: RoomAccess) =>
    history.postMessage({ id: who, color: '#445566' }, `${who} ${text}`, { text: `${who} ${text}` })
  return post(room.movedTo ?? room)
    .catch(ifRoomMoved(post))
    .then(({ seq }) => seq)
}

const heardBy = ({ heard }: ReturnType<typeof connectionOf>): readonly string[] =>
  heard.flatMap(told => (told.type === 'chat.chat' && 'text' in told.message ? told.message.text : []))

const countedTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1)

for (const turnsBefore of [0, 1, 2, 5]) {
  test(`D1 D2 posts of both sides in a hand-over are acked once and in order (after ${turnsBefore} turns)`, async () => {
    await using fleet = await MemoryFleet.start()
    const { id, ann, ben, here, there } = await twoPeople(fleet)
    const posting: Promise<number>[] = []
    let isOver = false
    const talk = async () => {
      for (let count = 0; !isOver || count < 10; count++) {
        posting.push(say(here, 'ann', `${count}`), say(there, 'ben', `${count}`))
        await turn()
      }
    }
    const talking = talk()
    for (let passed = 0; passed < turnsBefore; passed++) await turn()
    assert.equal(await fleet.first.handOverRooms(), true)
    isOver = true
    await talking
    const seqs = await Promise.all(posting)
    assert.deepEqual(
      seqs.toSorted((a, b) => a - b),
      countedTo(seqs.length),
    )
    for (const who of [0, 1]) {
      const own = seqs.filter((_, index) => index % 2 === who)
      assert.deepEqual(
        own,
        own.toSorted((a, b) => a - b),
      )
    }
    assert.deepEqual(
      [fleet.first.registry.ownRooms.has(id), fleet.second.registry.ownRooms.has(id)],
      [false, true],
    )
    for (const person of [ann, ben]) {
      await person.until(told => told.type === 'chat.chat' && told.message.seq === seqs.length)
      const told = person.heard.flatMap(event => (event.type === 'chat.chat' ? event.message.seq : []))
      assert.deepEqual(told, countedTo(seqs.length))
      assert.equal(person.member.wasDropped, false)
      assert.deepEqual(
        person.heard.filter(({ type }) => type === 'chat.exit'),
        [],
      )
    }
    assert.deepEqual(
      fleet.second.registry.ownRooms
        .get(id)
        ?.seatedUsers.map(user => user.id)
        .toSorted(),
      ['ann', 'ben'],
    )
  })
}

test('C3 C7 whoever joins or leaves in a hand-over does so at the next owner', async () => {
  await using fleet = await MemoryFleet.start()
  const { id, ann, ben, here } = await twoPeople(fleet)
  const handingOver = fleet.first.handOverRooms()
  const joined = await Promise.all(
    [fleet.first, fleet.second, fleet.first].map(async ({ directory }, index) => {
      for (let passed = 0; passed < index; passed++) await turn()
      const person = connectionOf(`cem${index}`)
      const join = (room: RoomAccess) => room.join(person.member, { sinceSeq: 0 }, () => {})
      await join(await directory.findRoom(id)).catch(ifRoomMoved(join))
      return person
    }),
  )
  await handingOver
  await say(here, 'ann', 'welcome')
  for (const person of [ann, ben, ...joined])
    await person.until(told => told.type === 'chat.chat' && told.message.seq === 1)
  const moved = here.movedTo ?? here
  moved.leave(ann.member)
  await ben.until(told => told.type === 'chat.exit' && told.users.some(user => user.id === 'ann'))
  assert.deepEqual(
    fleet.second.registry.ownRooms
      .get(id)
      ?.seatedUsers.map(user => user.id)
      .toSorted(),
    ['ben', 'cem0', 'cem1', 'cem2'],
  )
})

test('G1 a GIF that was uploaded before a hand-over can be posted after it, and counts', async () => {
  await using fleet = await MemoryFleet.start()
  const { id, ben, here, there } = await twoPeople(fleet)
  await here.gifs.saveGif(GIF, Buffer.from('abc'))
  const post = { user: ben.member.user, clientMessageId: 'g', gif: GIF.id, name: 'a.gif' }
  await fleet.first.handOverRooms()
  assert.deepEqual(fleet.second.registry.gifs.unpostedIn(id), [{ id: GIF.id, bytes: GIF.bytes }])
  const posted = await there.gifs.postGif(post, () => {})
  assert.equal(posted.seq, 1)
  assert.deepEqual(fleet.second.registry.gifs.unpostedIn(id), [])
})

for (const lost of ['take', 'taken', 'moved']) {
  test(`D1 D2 when ${lost} is lost in a hand-over, nothing else is`, async () => {
    await using fleet = await MemoryFleet.start()
    const { id, ann, ben, here, there } = await twoPeople(fleet)
    assert.equal(await say(there, 'ben', 'before'), 1)
    let hasLost = false
    fleet.isLost = (_, envelope) => {
      if (hasLost || !envelope.includes(`"kind":"${lost}"`)) return false
      hasLost = true
      return true
    }
    const handingOver = fleet.first.handOverRooms()
    assert.equal(await say(here, 'ann', 'meanwhile'), 2)
    await handingOver
    assert.ok(hasLost)
    const owners = [fleet.first, fleet.second].filter(({ registry }) => registry.ownRooms.has(id))
    assert.equal(owners.length, 1)
    for (;;) {
      const seq = await say(there, 'ben', 'after').catch(() => undefined)
      if (seq === 3) break
      await turn()
    }
    for (const person of [ann, ben]) {
      await person.until(told => told.type === 'chat.chat' && told.message.seq === 3)
      assert.deepEqual(heardBy(person), ['ben before', 'ann meanwhile', 'ben after'])
    }
  })
}

test('D6 the next owner of a room reads none of its messages, and has them all', async () => {
  await using fleet = await MemoryFleet.start()
  const { id, ann, here, there } = await twoPeople(fleet)
  for (let count = 1; count <= 60; count++) await say(there, 'ben', `${count}`)
  await here.gifs.saveGif(GIF, Buffer.from('abc'))
  const { messageQuota, gifs } = fleet.first.registry
  const kept = [messageQuota.keptBytes(id), gifs.keptBytes(id)]
  const reads = () => Promise.reject(new Error('this need not be read'))
  Object.assign(fleet.store, { loadRoom: reads, readMessages: reads })
  await fleet.first.handOverRooms()
  assert.deepEqual(
    [fleet.second.registry.messageQuota.keptBytes(id), fleet.second.registry.gifs.keptBytes(id)],
    kept,
  )
  assert.equal(await say(here, 'ann', 'after'), 61)
  await ann.until(told => told.type === 'chat.chat' && told.message.seq === 61)
  const resumed = fleet.second.registry.ownRooms.get(id)?.history.missedSince(0)
  const messages: { seq: number }[] = JSON.parse(`[${resumed?.messages}]`)
  assert.deepEqual([messages.map(({ seq }) => seq), resumed?.gap], [countedTo(61), false])
})

test('D1 what the last owner knew does not count when the room had another owner since', async () => {
  await using fleet = await MemoryFleet.start()
  const { id, ann, here, there } = await twoPeople(fleet)
  await say(there, 'ben', 'before')
  const message = { text: 'meanwhile', user: ann.member.user, clientMessageId: 'm', createdAt: 1 }
  fleet.isLost = (_, envelope) => {
    if (!envelope.includes('"kind":"take"')) return false
    // Somebody takes the room first, stores a message, and dies.
    fleet.noteTakeover(id)
    void fleet.store.appendMessages([{ room: id, firstSeq: 2, messages: [message] }])
    return false
  }
  await fleet.first.handOverRooms()
  assert.equal(await say(here, 'ann', 'after'), 3)
  await ann.until(told => told.type === 'chat.chat' && told.message.seq === 3)
  assert.deepEqual(heardBy(ann), ['ben before', 'meanwhile', 'ann after'])
})
