import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { SUBPROTOCOL } from '../../protocol/codec.ts'
import { WireClient } from '../../test/support/wire-client.ts'
import { startBenchServer } from '../bench-server.ts'
import { residentBytes } from '../process-usage.ts'
import type { Section } from '../section.ts'
import { median, quantile } from '../statistics.ts'

const MEMBERS = 100
const SECONDS = 3
const MESSAGES_PER_SECOND = 60
/**
 * A message of about 3 KB on the wire. The stalled reader soon leaves more unread than the kernel
 * buffers for it.
 */
const PADDING = '가'.repeat(1_000)

/**
 * p99 of delivery to 99 members in alternating rounds, with and without a hundredth member that
 * does not read.
 */
export const stalledReader: Section = {
  name: 'stalled-reader',
  async run({ rounds }) {
    const ratios: number[] = []
    const memory: number[] = []
    for (let round = 0; round < rounds; round++) {
      // Each comes first in every other round, so that a drift of the machine favours neither.
      const first = await measure(round % 2 === 1)
      const second = await measure(round % 2 === 0)
      const [calm, stalled] = round % 2 === 0 ? [first, second] : [second, first]
      ratios.push(stalled.p99 / calm.p99)
      memory.push(stalled.memory)
    }
    const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`
    return [
      {
        what: 'delivery p99 to 99 members when a hundredth does not read, against the run without it',
        values: { gifchat: `× ${median(ratios).toFixed(2)} (${range}), ${Math.max(...memory)} MiB` },
      },
    ]
  },
}

async function measure(hasStalled: boolean): Promise<{ readonly p99: number; readonly memory: number }> {
  await using server = await startBenchServer()
  await using talker = await WireClient.hello(server.url)
  const { room } = await talker.ask(
    { type: 'room.create', title: 'readers', max: MEMBERS + 2 },
    'room.created',
  )
  await talker.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const latencies: number[] = []
  const members = await Promise.all(Array.from({ length: MEMBERS }, () => openMember(server.url, room.id)))
  const [last] = members
  if (hasStalled) last?.pause()
  else last?.close()
  for (const member of members.slice(1)) {
    member.on('message', (data: Buffer) => {
      const at = data.indexOf('"text":"')
      if (at > 0)
        latencies.push(performance.now() - Number.parseFloat(data.toString('latin1', at + 8, at + 28)))
    })
  }
  for (let said = 0; said < SECONDS * MESSAGES_PER_SECOND; said++) {
    const text = `${performance.now().toFixed(3)} ${PADDING}`
    talker.request({ type: 'chat.send', room: room.id, clientMessageId: `m${said}`, text }).catch(() => {})
    await sleep(1_000 / MESSAGES_PER_SECOND)
  }
  const memory = Math.round(residentBytes(server.pid ?? 0) / 2 ** 20)
  for (const member of members) member.terminate()
  return { p99: quantile(latencies, 0.99), memory }
}

async function openMember(url: string, room: string): Promise<WebSocket> {
  const member = new WebSocket(url, SUBPROTOCOL)
  await once(member, 'open')
  member.send(JSON.stringify({ type: 'hello', id: '1' }))
  await once(member, 'message')
  member.send(JSON.stringify({ type: 'chat.join', id: '2', room }))
  await once(member, 'message')
  return member
}
