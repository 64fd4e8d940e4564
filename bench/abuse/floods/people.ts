import { clientFrame } from '../../load/frame-reader.ts'
import type { Abuse, Ground, Variant } from '../abuse.ts'
import { FloodConnection } from '../flood-connection.ts'
import { openBusyRoom, openRoom } from '../flood-rooms.ts'
import {
  type Crowd,
  crowdFlood,
  cutAtTheEnd,
  FOUR,
  floodAddress,
  MANY,
  PAIR_ADDRESS,
  streamFlood,
} from '../keep-flooding.ts'

const frame = (request: Readonly<Record<string, unknown>>): Buffer =>
  clientFrame(JSON.stringify({ id: '1', ...request }))

/** Everybody opens rooms until it is refused, and comes back as somebody new. */
const roomFlood =
  (crowd: Crowd, password?: string): Variant =>
  async ground => {
    const create = frame({ type: 'room.create', title: 'flood', password })
    const run = Buffer.concat(Array.from({ length: 10 }, () => create))
    return crowdFlood(crowd, async from => {
      const connection = await FloodConnection.hello({ ...ground, from })
      if (connection === undefined) return false
      await connection.ask({ type: 'room.create', title: 'flood', password })
      await connection.write(run)
      await new Promise(setImmediate)
      connection.cut()
      return true
    })
  }

const identityFlood =
  (crowd: Crowd): Variant =>
  async ground =>
    crowdFlood(crowd, async from => {
      const connection = await FloodConnection.hello({ ...ground, from })
      connection?.cut()
      return connection !== undefined
    })

const LOCKED_ROOMS = 60
/** Rooms that one address may open in a minute, with some to spare. */
const ROOMS_PER_ADDRESS = 20
/** Below the joins that an address may have, so that each guess counts. */
const GUESSES_PER_SECOND = 45

const forgedAddress = (random: () => number) => () =>
  Array.from({ length: 4 }, () => Math.floor(random() * 256)).join('.')

const guess = (room: string | undefined, count: number): Buffer =>
  frame({ type: 'chat.join', room, password: `guess ${count}` })

const guessing: Variant = async ground => {
  const opened = Array.from({ length: LOCKED_ROOMS }, (_, index) =>
    openRoom(ground, { address: Math.floor(index / ROOMS_PER_ADDRESS), password: 'right one' }),
  )
  const rooms = [ground.lockedRoom, ...(await Promise.all(opened))]
  return streamFlood(
    ground,
    { connections: 12, addresses: 12 },
    {
      frames: (count, index) => guess(rooms[(count + index * 5) % rooms.length], count),
      perSecond: GUESSES_PER_SECOND,
      forwardedFor: forgedAddress(ground.random),
    },
  )
}

const guessingBesideThePair: Variant = async ground =>
  streamFlood(ground, FOUR, {
    from: PAIR_ADDRESS,
    frames: count => guess(ground.lockedRoom, count),
    perSecond: 2.5,
    forwardedFor: forgedAddress(ground.random),
  })

/** Connections of one person that ask for much and read nothing. */
const stalledReaders =
  (addresses: number, request: (room: string) => Readonly<Record<string, unknown>>): Variant =>
  async (ground: Ground) => {
    const room = await openBusyRoom(ground, 1_024)
    const first = await FloodConnection.hello({ ...ground, from: floodAddress(0) })
    const asked = Buffer.concat(Array.from({ length: 8 }, () => frame(request(room))))
    return crowdFlood({ connections: 150, addresses }, async (from, _, until) => {
      const connection = await FloodConnection.hello({ ...ground, from }, first?.token)
      if (connection === undefined) return false
      await cutAtTheEnd(connection, until, async () => {
        await connection.ask({ type: 'chat.join', room })
        connection.stopReading()
        await connection.write(asked)
        await connection.ended()
      })
      if (!until.aborted) ground.tally.ended += 1
      return true
    })
  }

const resume = (room: string) => ({ type: 'chat.join', room, sinceSeq: 0 })
const history = (room: string) => ({ type: 'chat.history', room, limit: 100 })

export const peopleAbuses: readonly Abuse[] = [
  {
    name: 'stalled-readers',
    what: '150 readers that stop reading in a busy room',
    variants: {
      'of one address, history': stalledReaders(1, history),
      'of one address, resumes': stalledReaders(1, resume),
      'of 15 addresses, resumes': stalledReaders(15, resume),
    },
  },
  {
    name: 'rooms',
    what: 'rooms without an end',
    variants: {
      '4 connections': roomFlood(FOUR),
      '200 connections': roomFlood(MANY),
      '200 connections, with passwords': roomFlood(MANY, 'a password'),
    },
  },
  {
    name: 'identities',
    what: 'new identities',
    variants: { '4 connections': identityFlood(FOUR), '200 connections': identityFlood(MANY) },
  },
  {
    name: 'passwords',
    what: 'guessed passwords, X-Forwarded-For forged',
    meetsPassword: true,
    variants: {
      '12 addresses at 61 rooms': guessing,
      'behind the address of the pair': guessingBesideThePair,
    },
  },
]
