import type { ChatMessage, Seq, User } from '../../protocol/model.ts'
import { meetPeople, nobodyMet } from '../app/model/people/met-people.ts'
import { personTagAmong } from '../app/model/people/names.ts'
import { readableMessage } from '../app/model/readable-event.ts'
import type { ClientEvent } from '../connection/client-events.ts'
import { gifInWords } from '../gif/gif-in-words.ts'
import type { Texts } from '../i18n/en.ts'
import { truncateToColumns } from '../text/screen-width.ts'

/** An event of a room that `tail` prints. */
export type RoomEvent = Extract<ClientEvent, { type: 'message' | 'join' | 'exit' }>

/** Messages that are remembered, so that a reply can tell what it answers. */
const REMEMBERED = 1_000
/** Cells of a message that a reply quotes. */
const QUOTED_COLUMNS = 40

/**
 * The plain output of `tail`, a line for each event. The second field of a message's line is one
 * word that nobody can write into a text: its author, whether that is a bot, and whom it answers.
 */
export class TailLines {
  readonly #texts: Texts
  readonly #answerable = new Map<Seq, ChatMessage>()
  #met = nobodyMet({ depth: 'none', background: '#000000' })

  constructor(texts: Texts) {
    this.#texts = texts
  }

  meet(users: readonly User[]): void {
    this.#met = meetPeople(this.#met, users)
  }

  /** The line of an event, with its line break. */
  plainLine(event: RoomEvent): string {
    if (event.type === 'message') {
      this.meet([event.message.user])
      return this.#messageLine(readableMessage(event.message))
    }
    this.meet(event.users)
    const { joined, left } = this.#texts.script
    const people = event.users.map(this.#nameOf).join(', ')
    return `${event.type === 'join' ? joined(people) : left(people)}\n`
  }

  #messageLine(message: ChatMessage): string {
    const { createdAt, user, replyTo, bot } = message
    const answered = replyTo === undefined ? undefined : this.#answerable.get(replyTo)
    this.#remember(message)
    const author = this.#nameOf(user) + (bot === true ? `·${this.#texts.chat.roles.bot}` : '')
    const line = (who: string, said: string) => `${new Date(createdAt).toISOString()} ${who} ${said}\n`
    if (replyTo === undefined) return line(author, saidIn(message))
    // What came before the first line printed is not known here.
    if (answered === undefined)
      return line(`${author}→?`, `(${this.#texts.reply.unknown}) ${saidIn(message)}`)
    return line(`${author}→${this.#nameOf(answered.user)}`, `“${quoteOf(answered)}” ${saidIn(message)}`)
  }

  #remember(message: ChatMessage): void {
    this.#answerable.set(message.seq, message)
    if (this.#answerable.size <= REMEMBERED) return
    const [oldest] = this.#answerable.keys()
    if (oldest !== undefined) this.#answerable.delete(oldest)
  }

  readonly #nameOf = (user: User): string => `${user.color}·${personTagAmong(this.#met.people, user)}`
}

const saidIn = (message: ChatMessage): string =>
  'text' in message ? message.text.replaceAll('\n', ' ') : gifInWords(message.gif)

/** The beginning of a message. A quotation mark in it does not end the quote. */
const quoteOf = (message: ChatMessage): string =>
  truncateToColumns(saidIn(message).trim().replace(/\s+/g, ' ').replaceAll('”', '"'), QUOTED_COLUMNS)
