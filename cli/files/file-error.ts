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

interface FileSize {
  readonly bytes: number
  readonly mostBytes: number
}

/** A file can't be read, sent as a GIF or written. The caller puts the reason into words. */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly reason: FileProblem | GifRefusalReason
  readonly path: string
  /** The bytes of a GIF file, and how many it may have. */
  readonly size: FileSize | undefined

  constructor(reason: FileProblem | GifRefusalReason, path: string, size?: FileSize) {
    super(`${path} can't be used: ${reason}`)
    this.reason = reason
    this.path = path
    this.size = size
  }
}
