import type { Readable } from 'node:stream'

/** A line of input, counted from 1. If it is longer than allowed, it is cut and `isTooLong`. */
interface InputLine {
  readonly number: number
  readonly text: string
  readonly isTooLong: boolean
}

/**
 * The lines of a UTF-8 stream as they come, without their line ends. `longest` is in code units;
 * of a line that never ends, no more than that is kept.
 */
export async function* scriptInputLines(stream: Readable, longest: number): AsyncGenerator<InputLine> {
  stream.setEncoding('utf8')
  let number = 1
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + chunk).split('\n')
    rest = (lines.pop() ?? '').slice(0, longest + 2)
    for (const line of lines) yield inputLine(number++, line, longest)
  }
  if (rest !== '') yield inputLine(number, rest, longest)
}

function inputLine(number: number, line: string, longest: number): InputLine {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line
  return { number, text: text.slice(0, longest), isTooLong: text.length > longest }
}
