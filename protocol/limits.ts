/**
 * The limits that server and clients share (PROTOCOL.md §9). Text is counted in Unicode code
 * points.
 */
export const LIMITS = {
  /** Code points in one message. */
  textLength: 2_000,
  /** Code points in a room's title, after trimming. */
  titleLength: 60,
  /** Code points of a title before what nobody sees is removed. */
  titleAsSentLength: 600,
  /** Code points in a room's password. */
  passwordLength: 128,
  /** For how many people a room may be opened. */
  roomMaxLowest: 2,
  roomMaxHighest: 1_000,
  roomMaxDefault: 10,
  /** Characters in a request id or a client message id. */
  idLength: 64,
  /** Characters in a token. */
  tokenLength: 256,
  /** Characters in what leads to the next page of rooms. */
  cursorLength: 32,
  /** Characters in what a server calls itself, and in the sentence of an error. */
  serverNameLength: 100,
  errorLength: 1_000,
  /** Milliseconds that a server may ask a client to wait, at most: a day. */
  retryAfterMs: 24 * 60 * 60 * 1_000,
  /** Code points in the file name of a GIF. */
  gifNameLength: 100,
  /** Bytes in one frame from a client. A larger one closes the connection with 1009. */
  clientFrameBytes: 32 * 1024,
  /** How deep the values of a client's frame may be nested, and how many there may be. */
  requestDepth: 8,
  requestValues: 64,
  /**
   * Bytes in one frame from a server. A client must take as many. The largest frame is the answer
   * to a join: `answerBytes` and 1,000 members of 64 bytes make 320 KiB.
   */
  serverFrameBytes: 512 * 1024,
  /**
   * Bytes of messages in one answer. A page of history or of a join has one message at least, and a
   * resume with more than this is a gap.
   */
  answerBytes: 256 * 1024,
  /** Connections of one person in one room, as far as they are told. */
  connectionsOfPerson: 1_000,
  /** Messages in the answer to a join that is no resume. */
  joinHistory: 50,
  /** Messages in the answer to a resume, at most. */
  resumeMessages: 1_024,
  /** Messages in one page of history, at most. */
  historyPage: 100,
  /** Rooms in one page of the lobby, at most. */
  roomPage: 200,
  /** Rooms in all pages of the lobby, at most. */
  roomsListed: 100_000,
  /** A client hints at most once in so many milliseconds that its user is writing. */
  typingPauseMs: 3_000,
  /** Hints that are taken at once. */
  typingBurst: 5,
  /** For how many milliseconds a hint is shown. */
  typingShownMs: 6_000,
  /** Bots, and observers, that a server names at most in one frame. */
  attendantsListed: 256,
  /** People named in one hint. */
  typingNamed: 4,
  /** Rooms in which one connection may have seats at once. */
  roomsPerConnection: 16,
  /**
   * Bytes of a GIF file that a server takes unless its operator says otherwise, and the most that
   * an operator may allow. `welcome` tells what holds.
   */
  gifBytes: 10 * 1024 * 1024,
  gifBytesHighest: 64 * 1024 * 1024,
  /** Bounds of a GIF: pixels a side, frames, and pixels that its frames draw in all. */
  gifSide: 2_160,
  gifFrames: 1_000,
  gifPixels: 100_000_000,
  /** A GIF states how long a frame is shown in two bytes, as hundredths of a second. */
  gifFrameMs: 655_350,
} as const

/** Unicode code points in `text`. */
export function codePointLength(text: string): number {
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
