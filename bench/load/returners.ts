import { createChatClient } from '../../cli/connection/chat-client.ts'
import type { ChatClient } from '../../cli/connection/client-events.ts'
import type { LoadRequest, ReturnResult } from './requests.ts'

/** Connections that are opened at the same time. */
const AT_ONCE = 20

/** About as long as people's messages are. */
const TEXT = 'so, did you see what happened on the way here this morning'.padEnd(60, '.')

let clients: ChatClient[] = []
let rooms: string[] = []
let returned: Promise<readonly number[]> | undefined

/** Seats real clients of the program, which come back by themselves when the server is killed. */
export async function seatClients(request: LoadRequest & { kind: 'seat' }): Promise<readonly string[]> {
  const { server, members } = request
  clients = Array.from({ length: request.rooms * members }, () => createChatClient({ server }))
  rooms = []
  const waiting = clients.map((client, index) => async () => {
    await client.connect()
    if (index < request.rooms) {
      const { id } = await client.createRoom({ title: `room ${index}`, max: Math.max(2, members) })
      rooms[index] = id
    }
  })
  const work = (tasks: (() => Promise<void>)[]) =>
    Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) await task()
      }),
    )
  await work(waiting)
  await work(
    clients.map((client, index) => async () => {
      await client.join(roomOf(index))
    }),
  )
  returned = Promise.all(clients.map(timeOfReturn))
  return rooms
}

/** Resolves when everything is acknowledged. */
export async function sayMessages({ each }: LoadRequest & { kind: 'say' }): Promise<void> {
  await Promise.all(
    clients.map(async (client, index) => {
      for (let message = 0; message < each; message++) await client.send(roomOf(index), TEXT).acked
    }),
  )
}

const roomOf = (index: number): string => rooms[index % rooms.length] ?? ''

/** The times at which each client was back in its room, by the clock. */
export async function awaitReturn(): Promise<ReturnResult> {
  const times = (await returned) ?? []
  await Promise.all(clients.map(client => client.close()))
  clients = []
  return times
}

function timeOfReturn(client: ChatClient): Promise<number> {
  return new Promise((resolve, reject) => {
    client.subscribe(event => {
      if (event.type === 'joined' && event.isResume) resolve(Date.now())
      if (event.type === 'lostSeat') reject(event.error)
      if (event.type === 'status' && event.status.state === 'closed') reject(new Error(event.status.reason))
    })
  })
}
