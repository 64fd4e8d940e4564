import { performance } from 'node:perf_hooks'
import { WireClient } from '../../test/support/wire-client.ts'
import { startBenchServer } from '../bench-server.ts'
import type { Section } from '../section.ts'
import { median } from '../statistics.ts'

const MISSED = 1_000
const HISTORIES = [1_000, 20_000]

/**
 * Milliseconds of one round trip that brings 1,000 missed messages, by the length of the room's
 * history.
 */
export const resume: Section = {
  name: 'resume',
  async run({ rounds }) {
    const medians: string[] = []
    for (const history of HISTORIES) medians.push(median(await timesOf(history, rounds)).toFixed(1))
    const lengths = HISTORIES.map(history => history.toLocaleString('en')).join(' / ')
    const what = `resume of 1,000 missed messages in one round trip, parsed and checked, of a history of ${lengths}, ms`
    return [{ what, values: { gifchat: medians.join(' / ') } }]
  },
}

async function timesOf(history: number, rounds: number): Promise<readonly number[]> {
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
  for (let round = 0; round < rounds; round++) {
    await using reader = await WireClient.hello(server.url)
    const start = performance.now()
    const joined = await reader.ask(
      { type: 'chat.join', room: room.id, sinceSeq: history - MISSED },
      'chat.joined',
    )
    times.push(performance.now() - start)
    if (joined.messages.length !== MISSED || joined.gap) throw new Error('the resume was not whole')
  }
  return times
}
