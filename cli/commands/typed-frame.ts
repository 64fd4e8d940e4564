import { nanoid } from 'nanoid'

/** Requests that a server takes once for each `clientMessageId` (PROTOCOL.md D3). */
const NUMBERED_BY_CLIENT: readonly string[] = ['chat.send', 'chat.sendGif']

const TYPE = /^[a-z][\w.]*/i
const FIELD = /\s+(\w+)=("(?:[^"\\]|\\.)*"|(?:[^\s"]\S*)?)/y

/**
 * The frame that a typed line stands for; undefined when it stands for none. `type key=value …` becomes
 * an object, in which a missing `id` is filled in. A value is JSON where it can be, else a text. What does
 * not begin with a letter goes out as it is, so that one can also see what a server does with a bad frame.
 */
export function frameOfLine(line: string, nextId: () => string): string | undefined {
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
