import type { Role, User } from '../../../protocol/model.ts'
import type { Texts } from '../../i18n/en.ts'
import { cutSpans, type Row, type Span } from '../../text/row.ts'
import type { ChatState, NoteLines } from '../model/chat-state.ts'
import type { Environment } from '../model/environment.ts'
import { personTagAmong } from '../model/people/names.ts'

/** How many people `/who` lists. */
const LISTED_PEOPLE = 50
/** Columns of the list beside the conversation, including the line between them. */
const PANEL_COLUMNS = 29
/** In a narrower window the conversation needs all columns. */
const COLUMNS_FOR_PANEL = 80

type Room = Pick<ChatState, 'members' | 'attendants' | 'room' | 'me' | 'met'>

export const hasRoomForPeople = ({ size }: Pick<Environment, 'size'>): boolean =>
  size.columns >= COLUMNS_FOR_PANEL

/** In more columns the two sides of a conversation would be too far apart. */
export const WIDEST_CONVERSATION = 120

/** Whether the people are always shown: by choice, or because the window has room for them. */
export const arePeopleSeen = (
  { arePeopleShown }: Pick<ChatState, 'arePeopleShown'>,
  environment: Pick<Environment, 'size'>,
): boolean =>
  arePeopleShown === undefined
    ? environment.size.columns >= WIDEST_CONVERSATION + PANEL_COLUMNS
    : arePeopleShown && hasRoomForPeople(environment)

/** Columns of the list of people, or 0 if it is not shown. */
export const peopleColumns = (
  chat: Pick<ChatState, 'arePeopleShown'>,
  environment: Pick<Environment, 'size'>,
): number => (arePeopleSeen(chat, environment) ? PANEL_COLUMNS : 0)

/** The people in the room and then its bots and observers, for `/who`. */
export function peopleLines(chat: Room): NoteLines {
  const present = presentInOrder(chat)
  const more = present.length - LISTED_PEOPLE
  return texts => [
    [{ text: texts.chat.who(chat.members.length), tone: 'strong' }],
    ...present.slice(0, LISTED_PEOPLE).map(one => personSpans(one, chat, texts)),
    ...(more > 0 ? [[{ text: texts.chat.more(more), tone: 'faint' } as const]] : []),
  ]
}

/** The same, in `rows` rows beside the conversation. */
export function peopleRows(chat: Room, { texts }: Pick<Environment, 'texts'>, rows: number): readonly Row[] {
  const present = presentInOrder(chat)
  const places = rows - 1
  const named = present.length > places ? places - 1 : present.length
  const lines: (readonly Span[])[] = [
    [{ text: texts.chat.who(chat.members.length), tone: 'strong' }],
    ...present.slice(0, Math.max(0, named)).map(one => personSpans(one, chat, texts)),
  ]
  if (named < present.length) lines.push([{ text: texts.chat.more(present.length - named), tone: 'faint' }])
  return Array.from({ length: rows }, (_, index) => ({
    key: `people${index}`,
    spans: cutSpans([{ text: ' │ ', tone: 'faint' }, ...(lines[index] ?? [])], PANEL_COLUMNS),
  }))
}

/** A person's colour, its code and the tag, and whether they are the user, the owner or a bot. */
function personSpans(
  { user: person, role }: Present,
  { me, room, met }: Room,
  texts: Texts,
): readonly Span[] {
  const facts = [
    ...(role === 'person' ? [] : [texts.chat.roles[role]]),
    ...(person.id === me ? [texts.you] : []),
    ...(person.id === room.owner.id ? [texts.chat.owner] : []),
  ]
  return [
    { text: '■ ', color: person.color, isSwatch: true },
    { text: person.color, color: person.color },
    { text: ` ${personTagAmong(met.people, person)}` },
    { text: facts.length === 0 ? '' : ` ${facts.join(', ')}`, tone: 'faint' },
  ]
}

interface Present {
  readonly user: User
  readonly role: Role
}

/**
 * The user first, then the room's owner, then the others in the order of their arrival. Bots and
 * observers come last.
 */
const presentInOrder = ({ members, attendants, me, room }: Room): readonly Present[] => {
  const rank = ({ id }: User) => (id === me ? 0 : id === room.owner.id ? 1 : 2)
  const as = (role: Role) => (user: User) => ({ user, role })
  return [
    ...members.toSorted((one, other) => rank(one) - rank(other)).map(as('person')),
    ...attendants.bots.map(as('bot')),
    ...attendants.observers.map(as('observer')),
  ]
}
