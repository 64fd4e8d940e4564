/** What all members of a run count together. */
export interface Tally {
  /** One message reached one member. */
  delivered(): void
  /** The run is worth nothing: a refusal, a lost connection. */
  failed(why: string): void
}

/** For who counts by other means, and hears of failures from what was asked. */
export const UNTALLIED: Tally = { delivered() {}, failed() {} }

/** One person in a room, over one connection. */
export interface Member {
  say(text: string): void
  /** Called when what this member said came back: as an ack where the server gives one, else as its echo. */
  onAnswered: () => void
  close(): void
}

export interface MemberOptions {
  readonly port: number
  /** The loopback address to come from. */
  readonly from: string
  readonly tally: Tally
}

/** How one kind of server is spoken to. */
export interface Dialect {
  /** Opens a room and answers how members name it. */
  createRoom(options: MemberOptions, members: number): Promise<string>
  /** Resolves when the member sits in the room and hears what is said there; as one person with `same` if that is given. */
  join(options: MemberOptions, room: string, same?: Member): Promise<Member>
}
