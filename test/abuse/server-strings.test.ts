import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readableEvent, readableMessages, readableRoom } from '../../cli/app/model/readable-event.ts'
import { en } from '../../cli/i18n/en.ts'
import { problemSentence } from '../../cli/i18n/problem-sentence.ts'
import { RequestError } from '../../protocol/error-codes.ts'
import type { ChatMessage, RoomSummary } from '../../protocol/model.ts'
import { httpErrorSchema, serverMessageSchema } from '../../protocol/server-messages.ts'

/** A title or text that a terminal would act on, in each of the ways there are. */
const CANARY = 'a\x1b]0;owned\x07b\x1b[2Jc\x1bcd\x9b8me\x90f\x9cg\x1b[8mh\u202ei\0j\x7fk'
const CONTROLS = /[^\P{Cc}\n]|\p{Bidi_Control}/u

const user = { id: 'k3fa7wq2mzp8', color: '#79D2B8' }
const room = (title: string): RoomSummary => ({
  id: 'h7k2mq9x',
  title,
  people: 1,
  max: 5,
  hasPassword: false,
  owner: user,
  createdAt: 1,
})
const said = { seq: 1, user, clientMessageId: 'a1', createdAt: 1 }
const text = (words: string): ChatMessage => ({ ...said, text: words })
const gif = (name: string): ChatMessage => ({
  ...said,
  gif: { id: 'Zr1mS0cQpC7dH3kqkq7m1A', bytes: 1, width: 1, height: 1, frames: 1, durationMs: 0, name },
})
const joined = (changes: object) =>
  readableEvent({
    type: 'joined',
    connections: 1,
    room: room('x'),
    members: [user],
    attendants: { bots: [], observers: [] },
    messages: [],
    lastSeq: 1,
    isResume: false,
    ...changes,
  })
const sentence = (message: string) => problemSentence(new RequestError('invalidRequest', message))(en)

/** Each field that holds free text: what the door makes of it. */
const CLEANED: Readonly<Record<string, (value: string) => unknown>> = {
  'room.list.rooms[].title': title => [
    readableEvent({ type: 'rooms', rooms: [room(title)] }),
    readableRoom(room(title)),
  ],
  'room.created.room.title': title => readableRoom(room(title)),
  'room.newRoom.room.title': title => readableEvent({ type: 'newRoom', room: room(title) }),
  'chat.joined.room.title': title => joined({ room: room(title) }),
  'chat.joined.messages[].text': words => joined({ messages: [text(words)] }),
  'chat.joined.messages[].gif.name': name => joined({ messages: [gif(name)] }),
  'chat.history.messages[].text': words => readableMessages([text(words)]),
  'chat.history.messages[].gif.name': name => readableMessages([gif(name)]),
  'chat.chat.message.text': words => readableEvent({ type: 'message', room: 'r', message: text(words) }),
  'chat.chat.message.gif.name': name => readableEvent({ type: 'message', room: 'r', message: gif(name) }),
  'error.message': sentence,
  'HTTP.message': sentence,
}

/** Fields that no person sees, which only go back to the server or are compared. */
const UNSEEN: readonly RegExp[] = [
  /\.clientMessageId$/,
  /^welcome\.server$/,
  /^(?:error|HTTP)\.(?:field|reason)$/,
]

/** Forms that hold nothing to clean: ids, ids of GIFs, colours, and visible ASCII. */
const FORMS: readonly string[] = ['^[\\w-]{1,32}$', '^[\\w-]{22}$', '^#[0-9A-F]{6}$', '^[!-~]+$']

interface StringField {
  readonly path: string
  readonly form: string | undefined
}

type Definition = Readonly<Record<string, unknown>> & { readonly type: string }
// zod describes itself so.
const definitionOf = (schema: unknown) => (schema as { readonly def: Definition }).def

/** The regular expression of a string, if it has one. */
function formOf({ checks }: Definition): string | undefined {
  const all = Array.isArray(checks) ? checks : []
  return all.map(check => check._zod.def.pattern?.source).find(source => source !== undefined)
}

/** Every field of a schema that can hold any string. */
function stringFields(schema: unknown, path: string): readonly StringField[] {
  const definition = definitionOf(schema)
  const inside = (name: string, at = path) => stringFields(definition[name], at)
  switch (definition.type) {
    case 'object':
      return Object.entries(definition.shape as object).flatMap(([name, field]) =>
        stringFields(field, `${path}.${name}`),
      )
    case 'union':
      return (definition.options as readonly unknown[]).flatMap(option => stringFields(option, path))
    case 'array':
      return inside('element', `${path}[]`)
    case 'optional':
    case 'nullable':
    case 'default':
    case 'catch':
      return inside('innerType')
    case 'pipe':
      return inside('out')
    case 'string':
      return [{ path, form: formOf(definition) }]
    case 'literal':
    case 'enum':
    case 'number':
    case 'boolean':
      return []
    default:
      throw new Error(`${path}: this test can't look into ${definition.type}`)
  }
}

const messageTypes = serverMessageSchema.options.map(option => {
  const [type = ''] = option.shape.type.def.values
  return { type, schema: option }
})
/** The request's own id: an answer with another one is dropped. */
const requestIds = messageTypes.map(({ type }) => `${type}.id`)
const fields = [
  ...messageTypes.flatMap(({ type, schema }) => stringFields(schema, type)),
  ...stringFields(httpErrorSchema, 'HTTP'),
]
/** The union of messages lists what both kinds have twice. */
const freeFields = [
  ...new Set(
    fields
      .filter(({ form }) => form === undefined || !FORMS.includes(form))
      .map(({ path }) => path)
      .filter(path => !requestIds.includes(path) && !UNSEEN.some(unseen => unseen.test(path))),
  ),
]

test('every string of a server has a form that needs no cleaning, or is cleaned at the door', () => {
  assert.deepEqual(freeFields.toSorted(), Object.keys(CLEANED).toSorted())
})

for (const [path, door] of Object.entries(CLEANED)) {
  test(`${path} comes through the door without what a terminal acts on`, () => {
    assert.match(CANARY, CONTROLS)
    const shown = door(CANARY)
    const strings: string[] = []
    JSON.stringify(shown, (_, value) => {
      if (typeof value === 'string') strings.push(value)
      return value
    })
    assert.deepEqual(
      strings.filter(value => CONTROLS.test(value)),
      [],
    )
    // It is the field that was looked at, and not one beside it.
    assert.ok(
      strings.some(value => value.includes('ijk')),
      strings.join('\n'),
    )
  })
}
