import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerRequests } from '../asked-process.ts'
import { cpuMicrosecondsSince, readCpu } from '../process-usage.ts'
import { gifchatDialect } from './gifchat-dialect.ts'
import type { Dialect, Member, Tally } from './member.ts'
import { plainDialect, socketIoDialect } from './peer-dialects.ts'
import type { DialectName, LoadRequest, PaceResult, TalkResult } from './requests.ts'
import { awaitReturn, sayMessages, seatClients } from './returners.ts'

const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  gifchat: gifchatDialect,
  'socket.io': socketIoDialect,
  plain: plainDialect,
}

/** About as long as people's messages are. */
const TEXT = 'so, did you see what happened on the way here this morning'.padEnd(60, '.')
/** Connections from one loopback address. Gifchat and the port range allow more. */
const PER_ADDRESS = 900
/** Connections that are opened at the same time. */
const AT_ONCE = 50
/** How long the server's work after the last delivery is counted as well, in milliseconds. */
const AFTERMATH_MS = 50
/** A run that takes longer than this has lost a message. */
const GIVE_UP_MS = 60_000

let rooms: Member[][] = []
let deliveries = 0
let awaited = Number.POSITIVE_INFINITY
let onAll: () => void = () => {}
let onFailed: (error: Error) => void = () => {}

const tally: Tally = {
  delivered() {
    if (++deliveries === awaited) onAll()
  },
  failed(why) {
    onFailed(new Error(why))
  },
}

/** Resolves once this many deliveries have come. */
function allDelivered(count: number): Promise<void> {
  deliveries = 0
  awaited = count
  return new Promise((resolve, reject) => {
    const giveUp = setTimeout(
      () => reject(new Error(`${deliveries} of ${awaited} deliveries came`)),
      GIVE_UP_MS,
    )
    onAll = () => {
      clearTimeout(giveUp)
      resolve()
    }
    onFailed = reject
  })
}

let opened = 0
const nextAddress = (): string => `127.0.0.${2 + Math.floor(opened++ / PER_ADDRESS)}`

async function fill(request: LoadRequest & { kind: 'fill' }): Promise<void> {
  const { dialect, rooms: count, members, people = members, ports = [request.port] } = request
  const portOf = (place: number) => ports[place % ports.length] ?? request.port
  const speaks = DIALECTS[dialect]
  const seats: (() => Promise<void>)[] = []
  for (let room = 0; room < count; room++) {
    const here: Member[] = []
    rooms.push(here)
    const name = await speaks.createRoom({ port: portOf(room), from: nextAddress(), tally }, members)
    for (let member = 0; member < members; member++) {
      seats.push(async () => {
        const same = member < people ? undefined : here[member % people]
        const port = portOf(room + (member % 2))
        here.push(await speaks.join({ port, from: nextAddress(), tally }, name, same))
      })
    }
  }
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let seat = seats.shift(); seat !== undefined; seat = seats.shift()) await seat()
  })
  await Promise.all(workers)
}

async function talk(request: LoadRequest & { kind: 'talk' }): Promise<TalkResult> {
  const { serverPid, talkers, window, messages } = request
  const speakers = rooms.flatMap(members => members.slice(0, talkers))
  const audience = rooms.reduce((sum, members) => sum + Math.min(talkers, members.length) * members.length, 0)
  const all = allDelivered(audience * messages)
  let answers = 0
  const allAnswered = Promise.withResolvers<void>()
  const loadBefore = process.cpuUsage()
  const serverBefore = readCpu(serverPid)
  const start = performance.now()
  for (const speaker of speakers) {
    let said = Math.min(window, messages)
    speaker.onAnswered = () => {
      if (++answers === speakers.length * messages) allAnswered.resolve()
      if (said === messages) return
      said++
      speaker.say(TEXT)
    }
    for (let message = 0; message < said; message++) speaker.say(TEXT)
  }
  await all
  await Promise.race([allAnswered.promise, sleep(GIVE_UP_MS, undefined, { ref: false })])
  const milliseconds = performance.now() - start
  const used = process.cpuUsage(loadBefore)
  await sleep(AFTERMATH_MS)
  return {
    deliveries,
    answers,
    milliseconds,
    serverCpu: cpuMicrosecondsSince(serverPid, serverBefore),
    loadShare: (used.user + used.system) / 1_000 / milliseconds,
  }
}

async function pace({ everyMs, messages }: LoadRequest & { kind: 'pace' }): Promise<PaceResult> {
  const [talker] = rooms[0] ?? []
  if (talker === undefined) throw new Error('nobody is there')
  const times: number[] = []
  for (let message = 0; message < messages; message++) {
    const answered = new Promise<void>(resolve => {
      talker.onAnswered = resolve
    })
    const start = performance.now()
    talker.say(TEXT)
    await answered
    times.push(performance.now() - start)
    if (everyMs > 0) await sleep(everyMs)
  }
  return times
}

function leave(): void {
  for (const member of rooms.flat()) member.close()
  rooms = []
}

async function carryOut(request: LoadRequest): Promise<unknown> {
  switch (request.kind) {
    case 'fill':
      return fill(request)
    case 'talk':
      return talk(request)
    case 'pace':
      return pace(request)
    case 'seat':
      return seatClients(request)
    case 'say':
      return sayMessages(request)
    case 'await-return':
      return awaitReturn()
    case 'leave':
      return leave()
    default:
      return request satisfies never
  }
}

answerRequests(carryOut)
