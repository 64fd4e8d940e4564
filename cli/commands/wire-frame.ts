import { nanoid } from 'nanoid'

/**
 * Requests that carry a `clientMessageId`, by which a server knows a repeated one (PROTOCOL.md
 * D3).
 */
const NUMBERED_BY_CLIENT: readonly string[] = ['chat.send', 'chat.sendGif']

const TYPE = /^[a-z][\w.]*/i
const FIELD = /\s+(\w+)=("(?:[^"\\]|\\.)*"|(?:[^\s"]\S*)?)/y

/**
 * The frame for a typed line; undefined if the line makes no sense. `type key=value …` becomes an
 * object, and a missing `id` is filled in. A value is read as JSON if it is JSON, else as a text.
 * A line that does not begin with a letter is sent as it is, so that a developer can see how a
 * server treats a bad frame.
 */
export function wireFrameOfLine(line: string, nextId: () => string): string | undefined {
  const text = line.trim()
  const type = TYPE.exec(text)?.[0]
  if (type === undefined) return text
  const fields = fieldsOf(text, type.length)
  if (fields === undefined) return undefined
  const needsMessageId = NUMBERED_BY_CLIENT.includes(type)
  return JSON.stringify({
    type,
    id: nextId(),
    ...(needsMessageId && { clientMessageId: nanoid() }),
    ...fields,
  })
}

function fieldsOf(text: string, start: number): Readonly<Record<string, unknown>> | undefined {
  const fields: [string, unknown][] = []
  FIELD.lastIndex = start
  let end = start
  for (let match = FIELD.exec(text); match !== null; match = FIELD.exec(text)) {
    const [, name = '', value = ''] = match
    fields.push([name, fieldValue(value)])
    end = FIELD.lastIndex
  }
  return end === text.length ? Object.fromEntries(fields) : undefined
}

function fieldValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
