import type { Ground } from './abuse.ts'
import { FloodConnection } from './flood-connection.ts'
import { floodAddress } from './keep-flooding.ts'

/** A connection takes so many messages at once, and an identity opens so many rooms. */
const MESSAGE_BURST = 40
const ROOMS_EACH = 10
const LONGEST_TEXT = '가'.repeat(2_000)
/** 60 characters, as many bytes as there can be. */
const LONGEST_TITLE = '👩'.repeat(60)

const helloFrom = async (ground: Ground, address: number): Promise<FloodConnection> => {
  const connection = await FloodConnection.hello({ ...ground, from: floodAddress(address) })
  if (connection === undefined) throw new Error('nobody may connect')
  return connection
}

/** Opens a room for 1,000 people, and sits down in it if it has no password. */
export async function openRoom(
  ground: Ground,
  options: { readonly address?: number; readonly password?: string } = {},
): Promise<string> {
  const { address = 0, password } = options
  const owner = await helloFrom(ground, address)
  const created = await owner.ask({ type: 'room.create', title: 'flood', max: 1_000, password })
  if (created?.room === undefined) throw new Error(`no room: ${created?.code}`)
  if (password === undefined) await owner.ask({ type: 'chat.join', room: created.room.id })
  return created.room.id
}

/** Opens a room with about so many of the longest messages. */
export async function openBusyRoom(ground: Ground, messages: number): Promise<string> {
  const room = await openRoom(ground)
  const writers = Array.from({ length: Math.ceil(messages / MESSAGE_BURST) }, async (_, writer) => {
    const connection = await helloFrom(ground, 100 + writer)
    await connection.ask({ type: 'chat.join', room })
    const sent = Array.from({ length: MESSAGE_BURST }, (_, index) =>
      connection.ask({ type: 'chat.send', room, clientMessageId: `m${index}`, text: LONGEST_TEXT }),
    )
    await Promise.all(sent)
    connection.cut()
  })
  await Promise.all(writers)
  return room
}

/** Fills the lobby with rooms that nobody enters, as many as are allowed up to `count`. */
export async function fillLobby(ground: Ground, count: number): Promise<void> {
  const identities = Array.from({ length: Math.ceil(count / ROOMS_EACH) }, async (_, identity) => {
    // Two identities an address: more rooms a minute would be refused.
    const connection = await helloFrom(ground, 100 + Math.floor(identity / 2))
    const created = Array.from({ length: ROOMS_EACH }, () =>
      connection.ask({ type: 'room.create', title: LONGEST_TITLE, max: 1_000 }),
    )
    await Promise.all(created)
    connection.cut()
  })
  await Promise.all(identities)
}

/**
 * Seats somebody in each of so many rooms of their own, so that the rooms stay. Resolves with their
 * ids and with the tokens of who sits there.
 */
export async function openOwnRooms(
  ground: Ground,
  count: number,
  addressOf: (room: number) => number,
): Promise<readonly { readonly id: string; readonly token: string; readonly address: string }[]> {
  const rooms = []
  for (let index = 0; index < count; index++) {
    const address = addressOf(index)
    const owner = await helloFrom(ground, address)
    const created = await owner.ask({ type: 'room.create', title: 'own', max: 1_000 })
    if (created?.room === undefined || owner.token === undefined) break
    await owner.ask({ type: 'chat.join', room: created.room.id })
    rooms.push({ id: created.room.id, token: owner.token, address: floodAddress(address) })
  }
  if (rooms.length === 0) throw new Error('no room may be opened')
  return rooms
}
