import type { User } from '../../../protocol/model.ts'
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

type Room = Pick<ChatState, 'members' | 'room' | 'me' | 'met'>

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

/** The people in the room, for `/who`. */
export function peopleLines(chat: Room): NoteLines {
  const people = peopleInOrder(chat)
  const more = people.length - LISTED_PEOPLE
  return texts => [
    [{ text: texts.chat.who(people.length), tone: 'strong' }],
    ...people.slice(0, LISTED_PEOPLE).map(person => personSpans(person, chat, texts)),
    ...(more > 0 ? [[{ text: texts.chat.more(more), tone: 'faint' } as const]] : []),
  ]
}

/** The people in the room, in `rows` rows beside the conversation. */
export function peopleRows(chat: Room, { texts }: Pick<Environment, 'texts'>, rows: number): readonly Row[] {
  const people = peopleInOrder(chat)
  const places = rows - 1
  const named = people.length > places ? places - 1 : people.length
  const lines: (readonly Span[])[] = [
    [{ text: texts.chat.who(people.length), tone: 'strong' }],
    ...people.slice(0, Math.max(0, named)).map(person => personSpans(person, chat, texts)),
  ]
  if (named < people.length) lines.push([{ text: texts.chat.more(people.length - named), tone: 'faint' }])
  return Array.from({ length: rows }, (_, index) => ({
    key: `people${index}`,
    spans: cutSpans([{ text: ' │ ', tone: 'faint' }, ...(lines[index] ?? [])], PANEL_COLUMNS),
  }))
}

/** A person's colour, its code and the tag, and whether they are the user or the owner. */
function personSpans(person: User, { me, room, met }: Room, texts: Texts): readonly Span[] {
  const facts = [
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

/** The user first, then the room's owner, then the others in the order of their arrival. */
const peopleInOrder = ({ members, me, room }: Room): readonly User[] => {
  const rank = ({ id }: User) => (id === me ? 0 : id === room.owner.id ? 1 : 2)
  return members.toSorted((one, other) => rank(one) - rank(other))
}
