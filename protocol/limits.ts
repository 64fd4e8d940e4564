/** Every limit that server and clients share; PROTOCOL.md §9 lists them. Lengths of text are counted in Unicode code points. */
export const LIMITS = {
  /** Code points in one message. */
  textLength: 2_000,
  /** Code points in a room's title, after trimming. */
  titleLength: 60,
  /** Code points in a room's password. */
  passwordLength: 128,
  /** People a room may be made for. */
  roomMaxLowest: 2,
  roomMaxHighest: 1_000,
  roomMaxDefault: 10,
  /** Characters in a request id or a client message id. */
  idLength: 64,
  /** Characters in a token. */
  tokenLength: 256,
  /** Code points in the file name that goes with a GIF. */
  gifNameLength: 100,
  /** Bytes in one frame from a client; a larger one closes the connection with 1009. */
  clientFrameBytes: 32 * 1024,
  /** Bytes in one frame from a server; what a client must be ready to take. */
  serverFrameBytes: 32 * 1024 * 1024,
  /** Messages sent with a join that does not resume. */
  joinHistory: 50,
  /** Messages kept in memory per room: what a resume can be given in one round trip. */
  resumeMessages: 1_024,
  /** Bytes of these: a larger answer would itself fill the buffer of a client that reads at a fair pace. */
  resumeBytes: 2.5 * 1024 * 1024,
  /** Messages in one page of history, at most. */
  historyPage: 100,
  /** Rooms in one page of the lobby, at most. */
  roomPage: 200,
  /** A client tells at most once in so many milliseconds that its user writes; a few hints more are taken at once. */
  typingPauseMs: 3_000,
  typingBurst: 5,
  /** Milliseconds for which a hint that somebody writes is worth showing. */
  typingShownMs: 6_000,
  /** People named in one hint. */
  typingNamed: 4,
  /** Rooms one connection may sit in at once. */
  roomsPerConnection: 16,
  /** GIF files: bytes, pixels a side, frames, frames × width × height, and milliseconds of play. */
  gifBytes: 5 * 1024 * 1024,
  gifSide: 1_280,
  gifFrames: 300,
  gifPixels: 64_000_000,
  gifDurationMs: 120_000,
  /** Bytes of comments, plain text and application blocks in a GIF; they are dropped. */
  gifMetadataBytes: 64 * 1024,
} as const

/** Unicode code points in `text`. */
export function lengthOf(text: string): number {
  let length = text.length
  for (let index = 0; index < text.length - 1; index++) {
    const unit = text.charCodeAt(index)
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = text.charCodeAt(index + 1)
      if (next >= 0xdc00 && next <= 0xdfff) {
        length--
        index++
      }
    }
  }
  return length
}
