import type { GifRefusalReason } from '../../gif/gif-refusal.ts'

/** What can be wrong with a file that is to be read or written, apart from its GIF. */
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

/** A file can't be read, sent as a GIF or written. The caller puts the reason into words. */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly reason: FileProblem | GifRefusalReason
  readonly path: string
  /** The size of a file that is too large. */
  readonly bytes: number | undefined

  constructor(reason: FileProblem | GifRefusalReason, path: string, bytes?: number) {
    super(`${path} can't be used: ${reason}`)
    this.reason = reason
    this.path = path
    this.bytes = bytes
  }
}
