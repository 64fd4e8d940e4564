import type { Readable } from 'node:stream'

/** As many bytes as tell every encoding that is known here from the others. */
const HEAD_BYTES = 3

/**
 * The text of a stream as it comes: UTF-8, or UTF-16 as Windows writes it, with or without a byte
 * order mark. The mark is no part of the text.
 */
export async function* scriptInputText(stream: Readable): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  let head: Buffer = Buffer.alloc(0)
  for await (const chunk of stream as AsyncIterable<Buffer | string>) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    if (decoder !== undefined) {
      yield decoder.decode(bytes, { stream: true })
      continue
    }
    head = Buffer.concat([head, bytes])
    if (mayBeMark(head)) continue
    decoder = new TextDecoder(encodingOf(head))
    yield decoder.decode(head, { stream: true })
  }
  decoder ??= new TextDecoder(encodingOf(head))
  yield head.length < HEAD_BYTES && mayBeMark(head) ? decoder.decode(head) : decoder.decode()
}

/** Whether more bytes may show a mark, or another encoding. A short line must not wait for that. */
const mayBeMark = (head: Buffer): boolean =>
  head.length < 2 || (head.length < HEAD_BYTES && head[0] === 0xef && head[1] === 0xbb)

/** Without a mark, UTF-16 is known by its zeros: every second byte of each space and line break. */
function encodingOf(head: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  let evenZeros = 0
  let oddZeros = 0
  for (const [index, byte] of head.entries()) {
    if (byte !== 0) continue
    if (index % 2 === 0) evenZeros++
    else oddZeros++
  }
  if (oddZeros > 0 && evenZeros === 0) return 'utf-16le'
  return evenZeros > 0 && oddZeros === 0 ? 'utf-16be' : 'utf-8'
}
