import { performance } from 'node:perf_hooks'
import { WireClient } from '../test/support/wire-client.ts'
import { median, startBenchServer } from './bench-server.ts'

const MISSED = 1_000
const ROUNDS = 9

/** Milliseconds that one round trip takes to bring 1,000 missed messages, by the length of the room's history. */
export async function benchResume(): Promise<readonly (readonly [string, string])[]> {
  const rows: (readonly [string, string])[] = []
  for (const history of [1_000, 5_000, 20_000]) {
    await using server = await startBenchServer()
    await using talker = await WireClient.hello(server.url)
    const { room } = await talker.ask({ type: 'room.create', title: 'resume', max: 100 }, 'room.created')
    await talker.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
    for (let said = 0; said < history; said += 500) {
      await Promise.all(
        Array.from({ length: 500 }, (_, index) => {
          const text = `message ${said + index}, as long as people's messages are`
          return talker.ask(
            { type: 'chat.send', room: room.id, clientMessageId: `m${said + index}`, text },
            'chat.ack',
          )
        }),
      )
    }
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await using reader = await WireClient.hello(server.url)
      const start = performance.now()
      const joined = await reader.ask(
        { type: 'chat.join', room: room.id, sinceSeq: history - MISSED },
        'chat.joined',
      )
      times.push(performance.now() - start)
      if (joined.messages.length !== MISSED || joined.gap) throw new Error('the resume was not whole')
    }
    const label = `resume of 1,000 of ${history.toLocaleString('en')} messages, one round trip, parsed`
    rows.push([
      label,
      `${median(times).toFixed(1)} ms (worst of ${ROUNDS}: ${Math.max(...times).toFixed(1)})`,
    ])
  }
  return rows
}
