/** Counts for all members of a run. */
export interface Tally {
  /** One message reached one member. */
  delivered(): void
  /** The run is void, because of a refusal or a lost connection. */
  failed(why: string): void
}

/** Counts nothing, for callers who count by other means and see failures in their answers. */
export const UNTALLIED: Tally = { delivered() {}, failed() {} }

/** One person in a room, over one connection. */
export interface Member {
  say(text: string): void
  /**
   * Called when a message of this member was answered: by an ack, or by its echo if the server
   * sends no acks.
   */
  onAnswered: () => void
  close(): void
}

export interface MemberOptions {
  readonly port: number
  /** The loopback address to connect from. */
  readonly from: string
  readonly tally: Tally
}

/** How to speak to one kind of server. */
export interface Dialect {
  /** Opens a room and resolves with the name by which members join it. */
  createRoom(options: MemberOptions, members: number): Promise<string>
  /**
   * Resolves when the member has joined the room and gets its messages. With `same`, it joins as
   * the same person.
   */
  join(options: MemberOptions, room: string, same?: Member): Promise<Member>
}
