import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createClient } from 'redis'
import { gifInfoSchema } from '../../../protocol/model.ts'
import { joinUntilSeated, sayUntilAcked, TestFleet, twoPeople } from '../../support/fleet.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { findMongo, NO_MONGODB } from '../../support/mongodb.ts'
import { NO_REDIS, TestRedis } from '../../support/redis.ts'
import { WireClient } from '../../support/wire-client.ts'

const mongo = await findMongo()
const redis = await TestRedis.find()
const skip = (mongo === undefined && NO_MONGODB) || (redis === undefined && NO_REDIS)

/** Built servers in processes of their own, since only a process can be killed or frozen. */
describe('Several servers on one database', { skip }, () => {
  if (mongo === undefined || redis === undefined) return
  after(async () => {
    await mongo[Symbol.asyncDispose]()
    await redis[Symbol.asyncDispose]()
  })
  const fleet = (...more: string[]) => new TestFleet({ mongo, redis }, more)

  test('C3 C5 D2 M4 C8 C7 two people on two nodes meet, talk, read back, hint and part', async () => {
    await using nodes = fleet()
    const { ann, ben, edge, room } = await twoPeople(nodes)
    assert.equal(await sayUntilAcked(ann, room, 'before'), 1)
    const joined = await ben.ask({ type: 'chat.join', room }, 'chat.joined')
    assert.deepEqual([joined.lastSeq, joined.messages.length, joined.room.people], [1, 1, 2])
    assert.deepEqual(joined.members.map(({ id }) => id).toSorted(), [ann.userId, ben.userId].toSorted())
    await ann.event('chat.join', ({ users }) => users.some(({ id }) => id === ben.userId))
    assert.equal(await sayUntilAcked(ben, room, 'from afar'), 2)
    assert.equal(
      (await ann.event('chat.chat', ({ message }) => message.seq === 2)).message.user.id,
      ben.userId,
    )
    assert.equal(await sayUntilAcked(ben, room, 'from afar'), 2) // D3
    await sayUntilAcked(ann, room, 'and back')
    await ben.event('chat.chat', ({ message }) => message.seq === 3)
    const page = await ben.ask({ type: 'chat.history', room, beforeSeq: 3 }, 'chat.history')
    assert.deepEqual(
      page.messages.map(({ seq }) => seq),
      [1, 2],
    )
    await ben.ask({ type: 'chat.typing', room }, 'chat.typed')
    assert.deepEqual(
      (await ann.event('chat.typing')).users.map(({ id }) => id),
      [ben.userId],
    )
    await ben.ask({ type: 'chat.leave', room }, 'chat.left')
    await ann.event('chat.exit', ({ users }) => users.some(({ id }) => id === ben.userId))
    assert.equal(
      (await ben.refused({ type: 'chat.send', room, clientMessageId: 'x', text: 'x' })).code,
      'notInRoom',
    )
    assert.deepEqual(
      ben.all('chat.chat').map(({ message }) => message.seq),
      [2, 3],
    )
    await using carl = await WireClient.hello(edge.url)
    assert.equal((await carl.refused({ type: 'chat.join', room: 'nowhere' })).code, 'noSuchRoom')
  })

  test('C2 C3 C4 capacity and password hold from every node, and a wrong guess counts on all', async () => {
    await using nodes = fleet()
    const { ann, ben, owner, edge, room } = await twoPeople(nodes, { password: 'tangerine', max: 2 })
    assert.equal((await ben.refused({ type: 'chat.join', room })).code, 'passwordRequired')
    assert.equal((await ben.refused({ type: 'chat.join', room, password: 'orange' })).code, 'wrongPassword')
    // The same person guesses again over the other node.
    await using benThere = await WireClient.hello(owner.url, ben.token)
    assert.equal((await benThere.refused({ type: 'chat.join', room, password: 'lemon' })).code, 'rateLimited')
    await using carl = await WireClient.hello(edge.url)
    await carl.ask({ type: 'chat.join', room, password: 'tangerine' }, 'chat.joined')
    await using dan = await WireClient.hello(edge.url)
    assert.equal((await dan.refused({ type: 'chat.join', room, password: 'tangerine' })).code, 'roomFull')
    // A second connection of Ann's over the other node takes no seat and needs no password.
    await using annThere = await WireClient.hello(edge.url, ann.token)
    await annThere.ask({ type: 'chat.join', room }, 'chat.joined')
  })

  test('G1 G4 a GIF that was uploaded on one node is posted and seen on the other', async () => {
    await using nodes = fleet()
    const { ann, ben, owner, edge, room } = await twoPeople(nodes)
    const bytes = sampleGif({ width: 12, height: 8, frames: 3 })
    const gifsOf = (url: string) => `${url.replace('ws:', 'http:')}/rooms/${room}/gifs`
    const headers = (client: WireClient) => ({ authorization: `Bearer ${client.token}` })
    const upload = () =>
      fetch(gifsOf(edge.url), { method: 'POST', headers: headers(ben), body: Buffer.from(bytes) })
    assert.equal((await upload()).status, 403)
    await ben.ask({ type: 'chat.join', room }, 'chat.joined')
    const uploaded = await upload()
    assert.equal(uploaded.status, 201)
    const info = gifInfoSchema.parse(await uploaded.json())
    const post = { type: 'chat.sendGif', room, clientMessageId: 'g', gif: info.id, name: 'a.gif' } as const
    await ben.ask(post, 'chat.ack')
    const { message } = await ann.event('chat.chat')
    assert.deepEqual('gif' in message && message.gif, { ...info, name: 'a.gif' })
    for (const [client, url] of [
      [ann, owner.url],
      [ann, edge.url],
      [ben, edge.url],
    ] as const) {
      const got = await fetch(`${gifsOf(url)}/${info.id}`, { headers: headers(client) })
      assert.deepEqual(new Uint8Array(await got.arrayBuffer()), new Uint8Array(bytes))
    }
    assert.equal((await ben.refused({ ...post, gif: 'A'.repeat(22) })).code, 'noSuchGif')
  })

  test('R5 the lobby is one list on all nodes, also on one that comes later', async () => {
    await using nodes = fleet('--unentered-room-ms', '500')
    const first = await nodes.startNode()
    const second = await nodes.startNode()
    await using ann = await WireClient.hello(first.url)
    await using ben = await WireClient.hello(second.url)
    await ben.ask({ type: 'room.subscribe' }, 'room.list')
    const { room } = await ann.ask({ type: 'room.create', title: 'listed' }, 'room.created')
    await ben.event('room.newRoom', news => news.room.id === room.id)
    await ann.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
    await ben.event('room.roomChanged', news => news.room === room.id && news.people === 1)
    const third = await nodes.startNode()
    await using carl = await WireClient.hello(third.url)
    const page = await carl.ask({ type: 'room.subscribe' }, 'room.list')
    assert.deepEqual(
      page.rooms.map(({ id }) => id),
      [room.id],
    )
    const { room: brief } = await ben.ask({ type: 'room.create', title: 'brief' }, 'room.created')
    await carl.event('room.newRoom', news => news.room.id === brief.id)
    await carl.event('room.removeRoom', news => news.room === brief.id)
  })

  for (const how of ['SIGKILL', 'SIGTERM'] as const) {
    test(`D1 D2 after the owner's ${how} its rooms go on elsewhere, and members only notice a pause`, async () => {
      await using nodes = fleet()
      const { owner, edge, ann, ben, room } = await twoPeople(nodes, { password: 'tangerine', max: 2 })
      await ben.ask({ type: 'chat.join', room, password: 'tangerine' }, 'chat.joined')
      for (let count = 1; count <= 20; count++) await sayUntilAcked(count % 2 ? ann : ben, room, `${count}`)
      await owner.stop(how)
      // Ann's seat is kept: nobody else gets it, and she needs no password.
      await using carl = await WireClient.hello(edge.url)
      assert.equal(await sayUntilAcked(ben, room, 'still here'), 21)
      assert.equal((await carl.refused({ type: 'chat.join', room, password: 'tangerine' })).code, 'roomFull')
      await using annAgain = await WireClient.hello(edge.url, ann.token)
      const joined = await joinUntilSeated(annAgain, room, { sinceSeq: 0 })
      assert.deepEqual(
        joined.messages.map(({ seq }) => seq),
        Array.from({ length: 21 }, (_, index) => index + 1),
      )
      assert.equal(await sayUntilAcked(annAgain, room, 'back'), 22)
      await ben.event('chat.chat', ({ message }) => message.seq === 22)
      const heard = ben.all('chat.chat').map(({ message }) => message.seq)
      assert.deepEqual(
        heard,
        Array.from({ length: 22 }, (_, index) => index + 1),
      )
    })
  }

  test("T3 an edge's people keep their seats when it is killed, and come back over another node", async () => {
    await using nodes = fleet()
    const { owner, edge, ann, ben, room } = await twoPeople(nodes)
    await ben.ask({ type: 'chat.join', room }, 'chat.joined')
    await edge.stop('SIGKILL')
    await sayUntilAcked(ann, room, 'meanwhile')
    await using benAgain = await WireClient.hello(owner.url, ben.token)
    const joined = await joinUntilSeated(benAgain, room, { sinceSeq: 0 })
    assert.deepEqual([joined.lastSeq, joined.room.people], [1, 2])
    assert.deepEqual(ann.all('chat.exit'), [])
  })

  test('D2 D4 an owner that was frozen ends when it wakes up, and nothing is doubled or left out', async () => {
    await using nodes = fleet()
    const { owner, edge, ann, ben, room } = await twoPeople(nodes)
    await ben.ask({ type: 'chat.join', room }, 'chat.joined')
    for (let count = 1; count <= 5; count++) await sayUntilAcked(ben, room, `${count}`)
    ann.raw(JSON.stringify({ type: 'chat.send', id: 'last', room, clientMessageId: 'last', text: 'last' }))
    owner.signal('SIGSTOP')
    const seq = await sayUntilAcked(ben, room, 'while it is frozen')
    const ended = owner.exited()
    owner.signal('SIGCONT')
    assert.equal(await ended, 1)
    assert.equal(await sayUntilAcked(ben, room, 'afterwards'), ben.all('chat.chat').length)
    await using carl = await WireClient.hello(edge.url)
    const joined = await joinUntilSeated(carl, room)
    const said = joined.messages.map(message => ('text' in message ? message.text : ''))
    assert.deepEqual(
      joined.messages.map(({ seq }) => seq),
      said.map((_, index) => index + 1),
    )
    assert.equal(new Set(said).size, said.length)
    assert.equal(said[seq - 1], 'while it is frozen')
    assert.deepEqual(
      ben.all('chat.chat').map(({ message }) => message.seq),
      said.map((_, index) => index + 1),
    )
  })

  test('while Redis is away the others are told so, and afterwards everybody has everything', async () => {
    await using nodes = fleet()
    const { ann, ben, room } = await twoPeople(nodes)
    await ben.ask({ type: 'chat.join', room }, 'chat.joined')
    await sayUntilAcked(ben, room, '1')
    await redis.stop()
    assert.equal(await sayUntilAcked(ann, room, '2'), 2)
    assert.equal(
      (await ben.refused({ type: 'chat.send', room, clientMessageId: '3', text: '3' })).code,
      'unavailable',
    )
    await redis.start()
    assert.equal(await sayUntilAcked(ben, room, '3'), 3)
    await sayUntilAcked(ann, room, '4')
    await ben.event('chat.chat', ({ message }) => message.seq === 4)
    assert.deepEqual(
      ben.all('chat.chat').map(({ message }) => message.seq),
      [1, 2, 3, 4],
    )
    assert.deepEqual([ann.all('chat.exit'), ben.all('chat.exit')], [[], []])
  })

  test('what is no envelope of another node is ignored, and told to the log', async () => {
    await using nodes = fleet()
    const { owner, ann, ben, room } = await twoPeople(nodes)
    await ben.ask({ type: 'chat.join', room }, 'chat.joined')
    const stranger = await createClient({ url: redis.url }).connect()
    const channels = await stranger.pubSubChannels('gifchat:node:*')
    assert.equal(channels.length, 2)
    const [from = ''] = channels.map(channel => channel.slice('gifchat:node:'.length))
    const post = {
      kind: 'post',
      id: 1,
      room,
      user: { id: 'x', color: '#000000' },
      clientMessageId: 'x',
      text: 'x',
    }
    for (const channel of channels) {
      for (const garbage of [
        '',
        'no envelope',
        '{}\n',
        '[]\nmore',
        JSON.stringify({ version: 2, from, count: 1e6, items: [post] }),
        `${JSON.stringify({ version: 1, from: 'nobody', count: 1, items: [post] })}\n`,
        `${JSON.stringify({ version: 1, from, count: 1e6, items: [{ kind: 'frames', room, lastSeq: 1, bytes: 9 }] })}\n`,
        `${JSON.stringify({ version: 1, from, count: 1e6, items: [{ ...post, text: 1 }] })}\n`,
        `${JSON.stringify({ version: 1, from, count: 1e6, items: [{ kind: '__proto__' }] })}\n`,
      ])
        await stranger.publish(channel, garbage)
      await stranger.publish(channel, Buffer.alloc(1024 * 1024, 0xff))
    }
    stranger.destroy()
    await owner.logged('not of this version')
    assert.equal(await sayUntilAcked(ben, room, '1'), 1)
    assert.equal(await sayUntilAcked(ann, room, '2'), 2)
    await ben.event('chat.chat', ({ message }) => message.seq === 2)
  })

  test('two fleets with different prefixes on one Redis know nothing of each other', async () => {
    await using nodes = fleet()
    await using others = fleet('--redis-prefix', 'another:')
    const { ann, ben, room } = await twoPeople(nodes)
    await using stranger = await WireClient.hello((await others.startNode()).url)
    const page = await stranger.ask({ type: 'room.list' }, 'room.list')
    assert.deepEqual(page.rooms, [])
    assert.equal((await stranger.refused({ type: 'chat.join', room })).code, 'noSuchRoom')
    await ben.ask({ type: 'chat.join', room }, 'chat.joined')
    await sayUntilAcked(ann, room, '1')
    await ben.event('chat.chat')
  })

  test('a lone server waits while a node lives', async () => {
    await using nodes = fleet()
    const { owner, ann, room } = await twoPeople(nodes)
    const lone = await nodes.loneServer()
    const started = lone.start()
    await lone.logged('waiting until it has gone')
    assert.equal(await sayUntilAcked(ann, room, '1'), 1)
    await nodes.nodes[1]?.stop()
    assert.equal(await sayUntilAcked(ann, room, '2'), 2)
    await owner.stop()
    await started
    await using back = await WireClient.hello(lone.url, ann.token)
    assert.equal((await joinUntilSeated(back, room)).lastSeq, 2)
  })
})
