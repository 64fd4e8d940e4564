import type { GifRefusalReason } from '../../gif/gif-refusal.ts'

/** What can be wrong with a file beyond being no good GIF: one that shall be read, or one that shall be written. */
export type FileProblem =
  | 'directory'
  | 'notAFile'
  | 'empty'
  | 'missing'
  | 'notReadable'
  | 'changed'
  | 'exists'
  | 'noDirectory'
  | 'notWritable'
  | 'diskFull'

/** The file can't be read, sent as a GIF or written; whoever tells a person puts it into words. */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly reason: FileProblem | GifRefusalReason
  readonly path: string
  /** Told of a file that is too large. */
  readonly bytes: number | undefined

  constructor(reason: FileProblem | GifRefusalReason, path: string, bytes?: number) {
    super(`${path} can't be used: ${reason}`)
    this.reason = reason
    this.path = path
    this.bytes = bytes
  }
}
