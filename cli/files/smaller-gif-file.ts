import { readFile, stat } from 'node:fs/promises'
import { gifLimits } from '../../gif/gif-limits.ts'
import { GIF_REFUSALS, type GifRefusalReason } from '../../gif/gif-refusal.ts'
import { GifError } from '../gif/gif-stage.ts'
import { shrinkGifInWorker } from '../gif/shrink/gif-shrinker.ts'
import { MOST_SHRINKABLE_BYTES, type ShrunkGif } from '../gif/shrink/shrink-gif.ts'
import { FileError } from './file-error.ts'
import { fileErrorOf } from './gif-file.ts'
import { findRealFile } from './real-file.ts'

/** A smaller GIF that was made of a file, and the bytes of that. */
export interface SmallerGif extends ShrunkGif {
  readonly bytesBefore: number
}

const SHRINKABLE: ReadonlySet<string> = new Set(['tooLarge', 'sideTooLong', 'tooManyFrames', 'tooManyPixels'])

/** Whether a file was refused for something that a smaller GIF would not have. */
export const isGifTooLarge = (error: unknown): error is FileError =>
  error instanceof FileError && SHRINKABLE.has(error.reason)

/**
 * Makes a GIF of a file that a server takes which takes `mostBytes`. The file stays as it is.
 * Rejects with `FileError`, also if `signal` ends it.
 */
export async function shrinkGifFile(
  path: string,
  mostBytes: number,
  signal: AbortSignal,
): Promise<SmallerGif> {
  try {
    const file = await findRealFile(path)
    const { size } = await stat(file)
    if (size > MOST_SHRINKABLE_BYTES) throw new FileError('tooLarge', path, { bytes: size, mostBytes })
    const bytes = new Uint8Array(await readFile(file))
    return { ...(await shrinkGifInWorker(bytes, gifLimits(mostBytes), signal)), bytesBefore: size }
  } catch (error) {
    if (error instanceof GifError) throw new FileError(refusalOf(error), path)
    throw fileErrorOf(path, error)
  }
}

/** What stopped it is told as if the file were too large for it, which it is. */
const refusalOf = ({ reason }: GifError): GifRefusalReason =>
  Object.keys(GIF_REFUSALS).find((each): each is GifRefusalReason => each === reason) ?? 'tooLarge'
