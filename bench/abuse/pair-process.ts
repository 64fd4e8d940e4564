import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { sampleGif } from '../../test/support/gif-samples.ts'
import { answerRequests } from '../asked-process.ts'
import { PairClient } from './pair-client.ts'
import type { PairRequest, PairResult, PairRooms } from './requests.ts'

/** Each of the two posts a message in this time, in milliseconds. */
const MESSAGE_MS = 100
/** A visitor comes this long after the last one left, in milliseconds. */
const VISIT_MS = 2_000
/** How long answers are waited for when the time is over, in milliseconds. */
const LAST_ANSWERS_MS = 5_000
const PASSWORD = 'what the pair knows'
const TEXT = 'so, did you see what happened on the way here this morning'

interface Place extends PairRooms {
  readonly port: number
  readonly visitorToken: string
  readonly gif: string
}

const refusals: string[] = []
let pair: PairClient[] = []
let place: Place | undefined
let said = 0

async function open(port: number): Promise<PairRooms> {
  pair = [await PairClient.hello(port, refusals), await PairClient.hello(port, refusals)]
  const visitor = await PairClient.hello(port, refusals)
  const [first] = pair
  const pairRoom = await openRoom(first)
  const lockedRoom = await openRoom(first, PASSWORD)
  for (const client of pair) {
    await client.ask({ type: 'chat.join', room: pairRoom })
    await client.ask({ type: 'chat.join', room: lockedRoom, password: PASSWORD })
  }
  visitor.close()
  if (first?.token === undefined || visitor.token === undefined) throw new Error('no token')
  const gif = await upload(port, pairRoom, first.token)
  await first.ask({ type: 'chat.sendGif', room: pairRoom, clientMessageId: 'gif', gif, name: 'a.gif' })
  if (refusals.length > 0) throw new Error(refusals[0])
  place = { port, pairRoom, lockedRoom, gif, visitorToken: visitor.token }
  return { pairRoom, lockedRoom }
}

async function openRoom(owner: PairClient | undefined, password?: string): Promise<string> {
  const created = await owner?.ask({ type: 'room.create', title: 'the pair', password })
  if (created?.room === undefined) throw new Error('no room')
  return created.room.id
}

async function upload(port: number, room: string, token: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/rooms/${room}/gifs`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, Connection: 'close' },
    body: new Uint8Array(sampleGif()),
  })
  if (response.status !== 201) throw new Error(`an upload was answered ${response.status}`)
  // The answer of an upload (PROTOCOL.md G1).
  return ((await response.json()) as { id: string }).id
}

async function talk(milliseconds: number, meetsPassword: boolean): Promise<PairResult> {
  if (place === undefined) throw new Error('not opened')
  refusals.length = 0
  const until = performance.now() + milliseconds
  const acks: number[] = []
  const visits: number[] = []
  const posted: Promise<void>[] = []
  const visiting = visitOften(place, until, visits, meetsPassword)
  const room = place.pairRoom
  while (performance.now() < until) {
    for (const client of pair) {
      await sleep(MESSAGE_MS / pair.length)
      if (!client.isGone) posted.push(post(client, room, acks))
    }
  }
  await Promise.race([Promise.all([visiting, ...posted]), sleep(LAST_ANSWERS_MS, undefined, { ref: false })])
  acks.push(...pair.flatMap(client => client.unanswered()))
  return { acks, visits, refusals: [...refusals] }
}

async function post(client: PairClient, room: string, acks: number[]): Promise<void> {
  const start = performance.now()
  await client.ask({ type: 'chat.send', room, clientMessageId: `m${++said}`, text: TEXT })
  acks.push(performance.now() - start)
}

async function visitOften(
  place: Place,
  until: number,
  visits: number[],
  meetsPassword: boolean,
): Promise<void> {
  while (performance.now() < until) {
    const start = performance.now()
    await Promise.race([
      visit(place, meetsPassword).catch(note),
      sleep(until - start + LAST_ANSWERS_MS, undefined, { ref: false }),
    ])
    visits.push(performance.now() - start)
    await sleep(Math.max(0, Math.min(VISIT_MS, until - performance.now())))
  }
}

const note = (error: Error): void => {
  refusals.push(`a visit: ${error.message}`)
}

/** Somebody known comes in, looks at the GIF, adds one, and leaves. */
async function visit(place: Place, meetsPassword: boolean): Promise<void> {
  const { port, pairRoom, lockedRoom, gif, visitorToken } = place
  const visitor = await PairClient.hello(port, refusals, visitorToken)
  if (meetsPassword) await visitor.ask({ type: 'chat.join', room: lockedRoom, password: PASSWORD })
  await visitor.ask({ type: 'chat.join', room: pairRoom })
  const response = await fetch(`http://127.0.0.1:${port}/rooms/${pairRoom}/gifs/${gif}`, {
    headers: { Authorization: `Bearer ${visitorToken}`, Connection: 'close' },
  })
  await response.bytes()
  if (response.status !== 200) throw new Error(`a download was answered ${response.status}`)
  await upload(port, pairRoom, visitorToken)
  await visitor.ask({ type: 'chat.leave', room: pairRoom })
  visitor.close()
}

answerRequests((request: PairRequest) =>
  request.kind === 'open' ? open(request.port) : talk(request.milliseconds, request.meetsPassword),
)
