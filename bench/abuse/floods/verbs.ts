import { clientFrame } from '../../load/frame-reader.ts'
import type { Abuse, Ground, Variant } from '../abuse.ts'
import { FloodConnection } from '../flood-connection.ts'
import { fillLobby, openBusyRoom, openRoom } from '../flood-rooms.ts'
import { type Crowd, crowdFlood, FOUR, MANY, streamFlood } from '../keep-flooding.ts'

/** Frames that go out in one write, when as many as possible are sent. */
const RUN = 64
/** As many messages as a resume answers from memory. */
const RESUMED = 1_024

type Fields = Readonly<Record<string, unknown>>

/** A request that can be sent over and over. */
interface Verb {
  /** Opens a room for the flood, if it takes place in one. */
  readonly prepare?: (ground: Ground) => Promise<string | undefined>
  /** Whether each connection sits in the room. */
  readonly isSeated?: boolean
  readonly requests: (room: string, count: number, index: number) => readonly Fields[]
  /** How many of these the server allows on a connection in a second. */
  readonly allowed: (crowd: Crowd) => number
  /** Every run of requests is another one. */
  readonly isNewEachTime?: boolean
}

const frame = (request: Fields): Buffer => clientFrame(JSON.stringify({ id: '1', ...request }))

/** The four ways: few or many connections, as fast as they can or as fast as they may. */
function verbAbuse(name: string, what: string, verb: Verb): Abuse {
  const way =
    (crowd: Crowd, isSteady: boolean): Variant =>
    async ground => {
      const room = (await verb.prepare?.(ground)) ?? ''
      const runOf = (count: number, index: number) => verb.requests(room, count, index).map(frame)
      const constant = Buffer.concat(Array.from({ length: RUN }, () => runOf(0, 0)).flat())
      const steady = Buffer.concat(runOf(0, 0))
      const frames = (count: number, index: number) =>
        verb.isNewEachTime ? Buffer.concat(runOf(count, index)) : isSteady ? steady : constant
      const begin = (connection: FloodConnection) => connection.ask({ type: 'chat.join', room })
      return streamFlood(ground, crowd, {
        frames,
        ...(verb.isSeated ? { begin } : {}),
        ...(isSteady ? { perSecond: verb.allowed(crowd) } : {}),
      })
    }
  return {
    name,
    what,
    variants: {
      '4 connections, all they can': way(FOUR, false),
      '4 connections, all they may': way(FOUR, true),
      '200 connections, all they can': way(MANY, false),
      '200 connections, all they may': way(MANY, true),
    },
  }
}

/** Requests a second on a connection, and joins a second at an address. */
const REQUESTS = 100
const MESSAGES = 20
const JOINS = 50
const allRequests = () => REQUESTS
const sharedJoins = ({ connections, addresses }: Crowd) => (JOINS * addresses) / connections

const joinStorm = verbAbuse('join-leave', 'joins and leaves one room', {
  prepare: openRoom,
  requests: room => [
    { type: 'chat.join', room },
    { type: 'chat.leave', room },
  ],
  allowed: sharedJoins,
})

/** Whoever is cut off keeps the seat for a while: the room fills with people who are not there. */
const joinAndBreak: Variant = async ground => {
  const room = await openRoom(ground)
  return crowdFlood(MANY, async from => {
    const connection = await FloodConnection.hello({ ...ground, from })
    await connection?.ask({ type: 'chat.join', room })
    connection?.cut()
    return connection !== undefined
  })
}

export const verbAbuses: readonly Abuse[] = [
  verbAbuse('typing', 'hints of writing', {
    prepare: openRoom,
    isSeated: true,
    requests: room => [{ type: 'chat.typing', room }],
    allowed: allRequests,
  }),
  verbAbuse('list', 'lists of a lobby with 400 rooms', {
    prepare: async ground => {
      await fillLobby(ground, 400)
      return undefined
    },
    requests: () => [{ type: 'room.list', limit: 200 }],
    allowed: allRequests,
  }),
  verbAbuse('subscribe', 'subscribes to the lobby and back', {
    prepare: async ground => {
      await fillLobby(ground, 400)
      return undefined
    },
    requests: () => [{ type: 'room.subscribe', limit: 200 }, { type: 'room.unsubscribe' }],
    allowed: () => REQUESTS / 2,
  }),
  {
    ...joinStorm,
    variants: { ...joinStorm.variants, '200 connections, joined and broken': joinAndBreak },
  },
  verbAbuse('resume', 'resumes from 0 in a busy room', {
    prepare: ground => openBusyRoom(ground, RESUMED),
    isSeated: true,
    requests: room => [{ type: 'chat.join', room, sinceSeq: 0 }],
    allowed: sharedJoins,
  }),
  verbAbuse('history', 'pages of history of a busy room', {
    prepare: ground => openBusyRoom(ground, RESUMED),
    isSeated: true,
    requests: room => [{ type: 'chat.history', room, limit: 100 }],
    allowed: allRequests,
  }),
  verbAbuse('invalid', 'requests that are refused', {
    requests: () => [
      { type: 'chat.send', room: { $gt: '' }, text: 7 },
      { type: 'no.such', __proto__: 1 },
      { type: 'chat.join' },
    ],
    allowed: () => REQUESTS / 3,
  }),
]

/** The longest message in bytes. */
const FULL_TEXT = '👩'.repeat(2_000)

export const sendAbuse: Abuse = {
  name: 'send',
  what: 'the longest messages',
  variants: Object.fromEntries(
    (
      [
        ['4 connections in a room, all they can', { connections: 4, addresses: 1 }, 1, undefined],
        ['90 connections of one address in 28 rooms', { connections: 90, addresses: 1 }, 28, MESSAGES],
        ['200 connections of 20 addresses in 28 rooms', MANY, 28, MESSAGES],
      ] as const
    ).map(([name, crowd, count, perSecond]) => [
      name,
      async (ground: Ground) => {
        const rooms: string[] = []
        for (let room = 0; room < count; room++)
          rooms.push(await openRoom(ground, { address: Math.floor((room / count) * crowd.addresses) }))
        const roomOf = (index: number) => rooms[index % count]
        return streamFlood(ground, crowd, {
          begin: (connection, index) => connection.ask({ type: 'chat.join', room: roomOf(index) }),
          frames: (said, index) =>
            frame({
              type: 'chat.send',
              room: roomOf(index),
              clientMessageId: `c${index}m${said}`,
              text: FULL_TEXT,
            }),
          ...(perSecond === undefined ? {} : { perSecond }),
        })
      },
    ]),
  ),
}
