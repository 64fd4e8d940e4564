import { performance } from 'node:perf_hooks'
import { decodeClientMessage, encodeClientMessage } from '../../protocol/codec.ts'
import { type AppendBatch, type ChatStore, NO_ROOM } from '../../server/chat/chat-store.ts'
import { Lobby } from '../../server/chat/lobby.ts'
import { RoomRegistry } from '../../server/chat/room-registry.ts'
import { readServerConfig } from '../../server/config.ts'
import { createTokens } from '../../server/identity/tokens.ts'
import { NO_METRICS } from '../../server/metrics/server-metrics.ts'
import { AnswerBudget } from '../../server/session/answer-budget.ts'
import type { ClientLink } from '../../server/session/client-link.ts'
import { KeyedRateBuckets } from '../../server/session/rate-limit.ts'
import { Session } from '../../server/session/session.ts'
import type { Section } from '../section.ts'
import { median } from '../statistics.ts'

/** Messages in each measurement. */
const FRAMES = 50_000
/** Frames that come in one turn of the event loop. */
const AT_ONCE = 100
const OPEN = { perSecond: 1e9, burst: 1e9 }

/** The cost of a frame from its bytes to its ack, without a socket and without a store. */
export const receive: Section = {
  name: 'receive',
  async run({ rounds }) {
    const { session, link, room } = await joined()
    const parse: number[] = []
    const decode: number[] = []
    const whole: number[] = []
    for (let round = 0; round <= rounds; round++) {
      const frames = Array.from({ length: FRAMES }, (_, index) => frameOf(room, `${round}.${index}`))
      const times = [
        timeOf(frames, frame => JSON.parse(frame.toString())),
        timeOf(frames, frame => decodeClientMessage(frame.toString())),
        await dispatchTime(frames, session, link),
      ] as const
      // The first round warms up.
      if (round === 0) continue
      parse.push(times[0])
      decode.push(times[1])
      whole.push(times[2])
    }
    return [
      {
        what: 'ns for each frame received: `JSON.parse` alone / decoded and validated / also limited, dispatched, numbered, delivered to one, acked',
        values: { gifchat: [parse, decode, whole].map(times => median(times).toFixed(0)).join(' / ') },
      },
    ]
  },
}

const frameOf = (room: string, id: string): Buffer =>
  Buffer.from(
    encodeClientMessage({
      type: 'chat.send',
      id,
      room,
      clientMessageId: id,
      text: 'so, did you see what happened on the way here this morning?!',
    }),
  )

/** Nanoseconds for each frame. */
function timeOf(frames: readonly Buffer[], work: (frame: Buffer) => unknown): number {
  const start = performance.now()
  for (const frame of frames) work(frame)
  return ((performance.now() - start) * 1e6) / frames.length
}

async function dispatchTime(
  frames: readonly Buffer[],
  session: Session,
  link: CountingLink,
): Promise<number> {
  const start = performance.now()
  for (let sent = 0; sent < frames.length; sent += AT_ONCE) {
    const answered = link.answers(AT_ONCE)
    for (const frame of frames.slice(sent, sent + AT_ONCE)) session.receiveFrame(frame.toString())
    await answered
  }
  return ((performance.now() - start) * 1e6) / frames.length
}

/** Somebody with a seat in a room of a server without sockets. */
async function joined(): Promise<{
  readonly session: Session
  readonly link: CountingLink
  readonly room: string
}> {
  const config = readServerConfig({}, {})
  const now = Date.now
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const lobby = new Lobby()
  const rooms = new RoomRegistry({ store: INSTANT_STORE, lobby, log, settings: { ...config, now } })
  const link = new CountingLink()
  const session = new Session(link, {
    rooms,
    lobby,
    tokens: createTokens('a secret that is long enough for this'),
    identities: new KeyedRateBuckets(OPEN, 10, now),
    creations: new KeyedRateBuckets(OPEN, 10, now),
    joins: new KeyedRateBuckets(OPEN, 10, now),
    messages: new KeyedRateBuckets(OPEN, 10, now),
    answers: new AnswerBudget({ address: OPEN, server: OPEN }, 10, now),
    settings: { ...config, requestRate: OPEN, messageRate: OPEN },
    version: 'gifchat',
    log,
    metrics: NO_METRICS,
    now,
  })
  session.receiveFrame(encodeClientMessage({ type: 'hello', id: 'hello' }))
  const owner = { id: 'owner', color: '#000000' }
  const room = (await rooms.createRoom(owner, link.address, { title: 'bench', max: 2 })).id
  const seated = link.answers(1)
  session.receiveFrame(encodeClientMessage({ type: 'chat.join', id: 'join', room }))
  await seated
  return { session, link, room }
}

/** A client that only counts its answers. */
class CountingLink implements ClientLink {
  readonly connectionId = 1
  readonly address = '127.0.0.1'
  #awaited = 0
  #resolve: () => void = () => {}

  /** Resolves with the last of this many answers. */
  answers(count: number): Promise<void> {
    this.#awaited = count
    return new Promise(resolve => {
      this.#resolve = resolve
    })
  }

  send(): void {
    this.sendText()
  }

  sendText(): void {
    if (--this.#awaited === 0) this.#resolve()
  }

  deliverFrames(): void {}

  close(reason: string): void {
    throw new Error(`closed: ${reason}`)
  }
}

const nothing = async (): Promise<void> => {}

/** A store that keeps nothing and answers at once. */
const INSTANT_STORE: ChatStore = {
  kind: 'embedded',
  createRoom: nothing,
  findRooms: async () => [],
  recover: nothing,
  sweepLeftovers: nothing,
  loadRoom: async () => NO_ROOM,
  appendMessages: async (batches: readonly AppendBatch[]) =>
    batches.map(({ firstSeq, messages }) =>
      messages.map(({ createdAt }, index) => ({ seq: firstSeq + index, createdAt, isDuplicate: false })),
    ),
  readMessages: async () => [],
  trimRoom: async () => 0,
  saveGif: nothing,
  findGif: async () => undefined,
  readGif: async () => undefined,
  deleteGif: nothing,
  purgeRooms: nothing,
  loadSecret: async candidate => candidate,
  ping: nothing,
  close: nothing,
}
