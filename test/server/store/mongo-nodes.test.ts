import assert from 'node:assert/strict'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { mongo as driver } from 'mongoose'
import type { ChatStore } from '../../../server/chat/chat-store.ts'
import type { NodeId, RoomOwners } from '../../../server/chat/room-owners.ts'
import { closeMongoLink, openMongoLink } from '../../../server/store/mongo/connect.ts'
import { MongoGifs } from '../../../server/store/mongo/gif-files.ts'
import { nodeMongoClaim } from '../../../server/store/mongo/mongo-ownership.ts'
import { MongoTakeovers } from '../../../server/store/mongo/mongo-takeovers.ts'
import { openFleetMongoStore } from '../../../server/store/mongo/open-mongo-store.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { ada, allAppended, bob, GIF_BYTES, gifOf, roomOf, say, silentLog } from './store-samples.ts'

const mongo = await findMongo()

interface Node {
  readonly store: ChatStore
  readonly owners: RoomOwners
}

describe(`Which node owns a room, on ${mongo?.name}`, { skip: mongo === undefined && NO_MONGODB }, () => {
  if (mongo === undefined) return
  const client = new driver.MongoClient(mongo.uri)
  let database: driver.Db
  let opened: Node[]

  beforeEach(() => {
    database = client.db(mongo.newDatabaseName())
    opened = []
  })
  afterEach(async () => {
    for (const { store } of opened) await store.close()
  })
  after(async () => {
    await client.close()
    await mongo[Symbol.asyncDispose]()
  })

  const openNode = async (onTakenOver?: () => void): Promise<Node> => {
    const { databaseName } = database
    const node = await openFleetMongoStore({ uri: mongo.uri, databaseName, log: silentLog, onTakenOver })
    opened.push(node)
    return node
  }
  const rooms = () => database.collection<{ _id: string; node?: NodeId | null; seated?: unknown }>('rooms')
  const nodes = () => database.collection<{ _id: NodeId; counter: number; place: string }>('nodes')
  const append = ({ store }: Node, seq: number) =>
    store.appendMessages([{ room: 'room', firstSeq: seq, messages: [say('x', `${seq}`)] }]).then(allAppended)

  test('a room is with the node that opened it, and nobody else takes it while that lives', async () => {
    const [first, second] = [await openNode(), await openNode()]
    await first.store.createRoom(roomOf('room'))
    for (const { owners } of [first, second])
      assert.deepEqual(await owners.placeRoom('room'), { kind: 'owned', owner: first.owners.node })
    for await (const { id } of second.owners.takeFreeRooms()) assert.fail(`${id} was taken`)
    assert.deepEqual(await second.owners.placeRoom('nowhere'), { kind: 'gone' })
    assert.deepEqual(
      (await second.owners.listOthersRooms()).map(({ owner, summary }) => [owner, summary.id]),
      [[first.owners.node, 'room']],
    )
  })

  test('nodes that start at once on a new database have the same secret', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => openNode()))
    const secrets = await Promise.all(all.map(({ store }, index) => store.loadSecret(`candidate ${index}`)))
    assert.equal(new Set(secrets).size, 1)
  })

  test('of several nodes that want a free room one gets it, with those who sit there', async () => {
    const all = [await openNode(), await openNode(), await openNode()]
    const [first] = all
    await first?.store.createRoom(roomOf('room'))
    await first?.owners.keepSeats(new Map([['room', [ada, bob]]]))
    let owner = first
    for (let round = 0; round < 10; round++) {
      await owner?.owners.freeRooms()
      const places = await Promise.all(all.map(({ owners }) => owners.placeRoom('room')))
      const takers = all.filter((_, index) => places[index]?.kind === 'taken')
      assert.equal(takers.length, 1)
      owner = takers[0]
      assert.equal((await rooms().findOne())?.node, owner?.owners.node)
      const seated = places.flatMap(place => (place.kind === 'taken' ? place.room.seated : []))
      assert.deepEqual(seated, [ada, bob])
    }
  })

  test('a room that its owner gives away goes to one node, which may be the owner again', async () => {
    const all = [await openNode(), await openNode(), await openNode()]
    const [giver] = all
    await giver?.store.createRoom(roomOf('room'))
    let owner = giver
    for (let round = 0; round < 10; round++) {
      const from: NodeId = owner?.owners.node ?? ''
      const places = await Promise.all(all.map(({ owners }) => owners.takeFrom(from, 'room')))
      const takers = all.filter((_, index) => places[index]?.kind === 'taken')
      assert.equal(takers.length, 1)
      owner = takers[0]
      const named = { kind: 'owned', owner: owner?.owners.node }
      for (const place of places) if (place.kind !== 'taken') assert.deepEqual(place, named)
      for (const { owners } of all) assert.deepEqual(await owners.placeRoom('room'), named)
    }
    // Whoever asks for it in the name of an earlier owner is told who has it.
    const stranger = all.find(one => one !== owner)
    const late = await stranger?.owners.takeFrom('somebody', 'room')
    assert.deepEqual(late, { kind: 'owned', owner: owner?.owners.node })
    assert.deepEqual(await stranger?.owners.takeFrom('somebody', 'nowhere'), { kind: 'gone' })
  })

  test('what the owner of a room has told counts for the next one, and not for a later one', async () => {
    const [giver, next, later] = [await openNode(), await openNode(), await openNode()]
    const bytesBefore = async (seq: number) =>
      (await database.collection('chats').findOne({ seq }))?.bytesBefore
    await giver.store.createRoom(roomOf('room'))
    await append(giver, 1)
    const told = giver.owners.giveAway('room')
    const { end } = told
    assert.ok(end !== undefined && end.bytesAfter > 0)
    const bytesAfter = end.bytesAfter + 1
    const from = giver.owners.node
    // The next owner believes it.
    const place = await next.owners.takeFrom(from, 'room', { ...told, end: { ...end, bytesAfter } })
    assert.deepEqual(place.kind === 'taken' && place.epoch, told.epoch + 1)
    await append(next, 2)
    assert.equal(await bytesBefore(2), bytesAfter)
    const owned = { kind: 'owned', owner: next.owners.node }
    assert.deepEqual(await later.owners.takeFrom(from, 'room', told), owned)
    await nodes().deleteOne({ _id: next.owners.node })
    for (;;) {
      const again = await later.owners.takeFrom(from, 'room', told)
      if (again.kind === 'taken') {
        assert.equal(again.epoch, told.epoch + 2)
        break
      }
      assert.deepEqual(again, owned)
    }
    await append(later, 3)
    assert.equal(await bytesBefore(3), (await database.collection('chats').findOne({ seq: 2 }))?.bytesAfter)
  })

  test('a node that loads a room leaves the GIFs that may still be posted', async () => {
    const { store } = await openNode()
    await store.createRoom(roomOf('room'))
    const [known, forgotten] = [gifOf('k', GIF_BYTES), gifOf('f', GIF_BYTES)]
    for (const gif of [known, forgotten]) await store.saveGif('room', gif, GIF_BYTES)
    assert.equal((await store.loadRoom('room', 1, [known.id])).gifBytes, GIF_BYTES.length)
    assert.deepEqual(await store.findGif('room', known.id), known)
    assert.equal(await store.findGif('room', forgotten.id), undefined)
  })

  test('what a node decided long ago does not take a room from its owner when it is written late', async () => {
    const [first, second] = [await openNode(), await openNode()]
    await first.store.createRoom(roomOf('room'))
    await first.owners.freeRooms()
    const link = await openMongoLink({ uri: mongo.uri, databaseName: database.databaseName })
    const late = new MongoTakeovers('dead', () => link.models)
    assert.equal(await late.claimEpoch('room', 1), 'dead')
    assert.equal((await second.owners.placeRoom('room')).kind, 'taken')
    assert.equal((await late.settleEpoch('room', 1))?.node, second.owners.node)
    await second.owners.keepSeats(new Map([['room', [ada]]]))
    const { node, seated } = (await rooms().findOne()) ?? {}
    assert.deepEqual([node, seated], [second.owners.node, [ada]])
    await closeMongoLink(link)
  })

  test('a node whose counter stands still is dead, and its rooms go to others', async () => {
    const { owners } = await openNode()
    await nodes().insertOne({ _id: 'dead', counter: 1, place: '' })
    await rooms().insertOne({ ...withoutId(roomOf('room')), _id: 'room', node: 'dead' })
    const went = Promise.withResolvers<NodeId>()
    owners.watchNodes({ nodeCame: () => {}, nodeWent: went.resolve })
    assert.deepEqual(await owners.placeRoom('room'), { kind: 'owned', owner: 'dead' })
    assert.equal(await went.promise, 'dead')
    assert.equal((await owners.placeRoom('room')).kind, 'taken')
  })

  test('a node that others took for dead writes nothing more, and ends none of the rooms that it had', async () => {
    const taken = Promise.withResolvers<void>()
    const [first, second] = [await openNode(taken.resolve), await openNode()]
    await first.store.createRoom(roomOf('room'))
    await append(first, 1)
    await rooms().updateOne({}, { $set: { node: second.owners.node } })
    // Before it knows anything.
    await first.store.purgeRooms(['room'])
    await first.owners.keepSeats(new Map([['room', [ada]]]))
    assert.equal((await rooms().findOne())?.seated, undefined)
    assert.equal((await second.store.readMessages('room', { limit: 9 })).length, 1)
    await nodes().deleteOne({ _id: first.owners.node })
    await taken.promise
    assert.equal(first.owners.isAlive, false)
    await assert.rejects(append(first, 2))
    await assert.rejects(first.owners.freeRooms())
  })

  test('what a node wrote into a room that was purged while it stood still is gone again', async context => {
    const node = await openNode()
    await node.store.createRoom(roomOf('room'))
    await rooms().deleteOne({})
    const appending = append(node, 1)
    // The write is on its way, and then the node stands still for longer than it may.
    const realNow = performance.now.bind(performance)
    context.mock.method(performance, 'now', () => realNow() + 3_500)
    await appending
    assert.equal(await database.collection('chats').countDocuments(), 0)
  })

  test('bytes that belong to no GIF yet are left alone until they are seen twice', async () => {
    await openNode()
    const link = await openMongoLink({ uri: mongo.uri, databaseName: database.databaseName })
    const gifs = new MongoGifs(link, true)
    await database.collection('gif.chunks').insertOne({ files_id: new driver.ObjectId(), n: 0 })
    const sweep = async () => gifs.deleteOrphanedFiles(await gifs.findAllFiles(), new Set())
    assert.equal(await sweep(), 0)
    assert.equal(await sweep(), 1)
    await closeMongoLink(link)
  })

  test('nodes that find the database free at once own it together', async () => {
    await openNode()
    const link = await openMongoLink({ uri: mongo.uri, databaseName: database.databaseName })
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    await nodes().insertMany(names.map(_id => ({ _id, counter: 0, place: '' })))
    for (let round = 0; round < 10; round++) {
      await database.collection('owners').deleteMany({})
      const raised = names.map(name => nodeMongoClaim(name, () => link.models).raise())
      assert.deepEqual(new Set(await Promise.all(raised)), new Set([true]))
    }
    await closeMongoLink(link)
  })

  test('the last node to go leaves the database free', async () => {
    const [first, second] = [await openNode(), await openNode()]
    await first.store.close()
    assert.equal(await database.collection('owners').countDocuments(), 1)
    await second.store.close()
    assert.equal(await database.collection('owners').countDocuments(), 0)
    assert.equal(await nodes().countDocuments(), 0)
    opened = []
  })
})

function withoutId({ id: _, passwordHash: password, createdAt, ...room }: ReturnType<typeof roomOf>) {
  return { ...room, password, createdAt: new Date(createdAt) }
}
