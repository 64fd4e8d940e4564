import { type ArrivingGifBytes, gifAsciiText, type Reader } from './gif-bytes.ts'
import { GifRefusal, type GifRefusalReason } from './gif-refusal.ts'

/** Bytes by which the other kinds of files are told apart. */
const HEAD_BYTES = 12

/** Brands of images in the container of MP4. They are no videos (ISO/IEC 23008-12). */
const IMAGE_BRANDS = /^(avi[fs]|hei[cxms]|hev[cxms]|mif1|msf1)$/

/**
 * Reads the signature, of six bytes. What people take for a GIF is refused as what it is, as soon
 * as its bytes say so.
 */
export function* readGifSignature(input: ArrivingGifBytes): Reader<Uint8Array> {
  const signature = (yield* input.waitForBytes(6)) ? input.readBytes(6).slice() : new Uint8Array(0)
  const start = String.fromCharCode(...signature)
  if (/^GIF8[79]a$/.test(start)) return signature
  if (start.startsWith('\x89PNG')) throw new GifRefusal('isPng')
  if (start.startsWith('\xff\xd8\xff')) throw new GifRefusal('isJpeg')
  const mayBeOther = start.startsWith('RIFF') || start.endsWith('ft')
  if (!mayBeOther || !(yield* input.waitForBytes(HEAD_BYTES - 6))) throw new GifRefusal('notAGif')
  throw new GifRefusal(containerRefusal(start + gifAsciiText(input.readBytes(HEAD_BYTES - 6))))
}

/** What a file is that consists of named parts, by its first twelve bytes. */
function containerRefusal(head: string): GifRefusalReason {
  if (head.startsWith('RIFF')) return head.endsWith('WEBP') ? 'isWebp' : 'notAGif'
  return head.slice(4, 8) === 'ftyp' && !IMAGE_BRANDS.test(head.slice(8)) ? 'isMp4' : 'notAGif'
}
