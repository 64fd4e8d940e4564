import { isDeepStrictEqual } from 'node:util'
import type { RoomSummary } from '../../../protocol/model.ts'
import { centerSpans, cutSpans, type Row, rowWidth, ruleRow, type Span, spreadSpans } from '../../text/row.ts'
import { fitToColumns, screenWidthOf, truncateToColumns } from '../../text/screen-width.ts'
import type { AppState } from '../model/app-state.ts'
import type { Environment } from '../model/environment.ts'
import { selectedLobbyRoom } from '../model/lobby-state.ts'
import { NOBODY, personNameOf } from '../model/people/names.ts'
import { lobbyNoticeRows } from './lobby-notice.ts'
import { connectionStatusSpans } from './status-layout.ts'

/** These columns are equally wide in each row. */
const PEOPLE_COLUMNS = 9
const PRIVATE_COLUMNS = 9
const AGE_COLUMNS = 10
const OWNER_COLUMNS = 16
/** In front of a title and behind it. */
const MARK_COLUMNS = 3
/** A title of fewer columns tells less than the id. */
const LEAST_TWIN_TITLE = 4
/** Rooms above and below those on the screen that may have the title of one of them. */
const TWINS_NEAR = 8
/** With a wider one, the eye would lose the line from the title to the other columns. */
const WIDEST_TITLE = 84
/** A narrow screen leaves out the owner first, then the age. */
const COLUMNS_FOR_OWNER = 68
const COLUMNS_FOR_AGE = 52

/** The last rows for each environment. A resized window is a new environment. */
const lastRows = new WeakMap<Environment, readonly Row[]>()

/**
 * The list of rooms as rows that fill the screen. Only rooms in the window are laid out. A row that
 * looks as it did is the same object as before, and so is the whole list while no row changes.
 */
export function lobbyRows(state: AppState): readonly Row[] {
  const rows = keepUnchanged(lastRows.get(state.environment) ?? [], makeRows(state))
  lastRows.set(state.environment, rows)
  return rows
}

function keepUnchanged(before: readonly Row[], after: readonly Row[]): readonly Row[] {
  const rows = after.map((row, index) => {
    const known = before[index]
    return known !== undefined && isDeepStrictEqual(known, row) ? known : row
  })
  const isUnchanged = rows.length === before.length && rows.every((row, index) => row === before[index])
  return isUnchanged ? before : rows
}

function makeRows(state: AppState): readonly Row[] {
  const { environment, lobby } = state
  const { columns, rows } = environment.size
  const hasRules = rows >= 14
  const head = [titleRow(state), ...(hasRules ? [ruleRow('rule', columns)] : [])]
  const foot = [...lobbyNoticeRows(state), keysRow(state)]
  const room = Math.max(0, rows - head.length - foot.length)
  const all = lobby.visible.size === 0 ? emptyRows(state, room) : tableRows(state, room)
  // In a tiny window, the keys are worth more than the rest of a sentence.
  const body = all.slice(0, room)
  const padding = Array.from(
    { length: Math.max(0, room - body.length) },
    (_, index): Row => ({ key: `pad${index}`, spans: [] }),
  )
  return [...head, ...body, ...padding, ...foot]
}

function titleRow(state: AppState): Row {
  const { texts, size } = state.environment
  const all = state.lobby.rooms?.size ?? 0
  const count = texts.lobby.count(state.lobby.visible.size, all)
  const left: readonly Span[] = [
    { text: ` gifchat · ${texts.lobby.title}`, tone: 'strong' },
    { text: state.lobby.rooms === undefined ? '' : `  ${count}`, tone: 'faint' },
  ]
  const right = connectionStatusSpans(state, size.columns - rowWidth(left) - 1)
  return { key: 'title', spans: spreadSpans(left, right, size.columns) }
}

function tableRows(state: AppState, room: number): readonly Row[] {
  const { environment, lobby } = state
  const { visible } = lobby
  // With room for one row only, that is the chosen room and no heading.
  const hasHeading = room > 1
  const height = Math.max(1, room - (hasHeading ? 1 : 0))
  const selected = selectedLobbyRoom(lobby)
  const index = selected === undefined ? -1 : visible.indexOf(selected.id)
  const first = Math.max(0, Math.min(index - Math.floor(height / 2), visible.size - height))
  const shown = visible.slice(first, first + height)
  // In a tiny window a twin may be above or below what is seen.
  const near = visible.slice(Math.max(0, first - TWINS_NEAR), first + height + TWINS_NEAR)
  const twins = twinTitles(near, environment)
  return [
    ...(hasHeading ? [headingRow(environment)] : []),
    ...shown.map(room => {
      const isTwin = twins.has(shownTitle(room, environment))
      return roomRow(room, state, { isSelected: room === selected, isTwin })
    }),
  ]
}

/** The titles, as they are cut, that several of these rooms have. */
function twinTitles(rooms: readonly RoomSummary[], environment: Environment): ReadonlySet<string> {
  const seen = new Set<string>()
  const twins = new Set<string>()
  for (const room of rooms) {
    const title = shownTitle(room, environment)
    ;(seen.has(title) ? twins : seen).add(title)
  }
  return twins
}

const shownTitle = ({ title }: RoomSummary, { size }: Environment): string =>
  truncateToColumns(title, titleColumns(size.columns) - MARK_COLUMNS)

function headingRow({ texts, size }: Environment): Row {
  const { columns } = texts.lobby
  const text = [
    fitToColumns(`  ${columns.title}`, titleColumns(size.columns)),
    fitToColumns(columns.people, PEOPLE_COLUMNS),
    ' '.repeat(PRIVATE_COLUMNS),
    ...(size.columns >= COLUMNS_FOR_AGE ? [fitToColumns(columns.age, AGE_COLUMNS)] : []),
    ...(size.columns >= COLUMNS_FOR_OWNER ? [fitToColumns(columns.owner, OWNER_COLUMNS)] : []),
  ].join('')
  return { key: 'heading', spans: cutSpans([{ text, tone: 'faint' }], size.columns) }
}

interface RowLook {
  readonly isSelected: boolean
  /** Whether another room on the screen, or near to it, has the same title. */
  readonly isTwin: boolean
}

interface CachedRow {
  readonly layout: string
  readonly row: Row
}

const cachedRows = new WeakMap<RoomSummary, CachedRow>()

/** A room's row, kept as long as nothing that it depends on has changed. */
function roomRow(room: RoomSummary, { environment, wallTime }: AppState, look: RowLook): Row {
  const age = environment.texts.lobby.age(wallTime - room.createdAt)
  const { hasColor, size, texts } = environment
  const layout = [size.columns, texts.language, hasColor, look.isSelected, look.isTwin, age].join()
  const cached = cachedRows.get(room)
  if (cached?.layout === layout) return cached.row
  const row = layoutRoom(room, environment, age, look)
  cachedRows.set(room, { layout, row })
  return row
}

function layoutRoom(
  room: RoomSummary,
  environment: Environment,
  age: string,
  { isSelected, isTwin }: RowLook,
): Row {
  const { texts, size, hasColor } = environment
  const isFull = room.people >= room.max
  const tone = isSelected ? ('selected' as const) : undefined
  const cell = (text: string, other?: Span['tone']): Span => {
    const chosen = tone ?? other
    return chosen === undefined ? { text } : { text, tone: chosen }
  }
  const spans: Span[] = [
    cell(`${isSelected ? '›' : ' '} `),
    ...titleParts(room, titleColumns(size.columns) - MARK_COLUMNS, isTwin).map(({ text, isId }) =>
      cell(text, isId ? 'faint' : undefined),
    ),
    cell(' '),
    cell(fitToColumns(`${room.people}/${room.max}`, PEOPLE_COLUMNS), isFull ? 'warning' : undefined),
    cell(
      fitToColumns(room.hasPassword ? texts.lobby.isPrivate : texts.lobby.isPublic, PRIVATE_COLUMNS),
      'faint',
    ),
  ]
  if (size.columns >= COLUMNS_FOR_AGE) spans.push(cell(fitToColumns(age, AGE_COLUMNS), 'faint'))
  if (size.columns >= COLUMNS_FOR_OWNER) {
    const name = personNameOf(room.owner, { people: NOBODY, hasColor })
    spans.push(
      { text: '■', color: room.owner.color, isSwatch: true },
      cell(fitToColumns(` ${name}`, OWNER_COLUMNS - 1), 'faint'),
    )
  }
  return { key: `room-${room.id}`, spans: cutSpans(spans, size.columns) }
}

/** The title, and behind it the id if that alone tells the room from another one. */
function titleParts(
  { title, id }: RoomSummary,
  columns: number,
  isTwin: boolean,
): readonly { readonly text: string; readonly isId: boolean }[] {
  if (!isTwin) return [{ text: fitToColumns(title, columns), isId: false }]
  const forTitle = columns - id.length - 1
  if (forTitle < LEAST_TWIN_TITLE) return [{ text: fitToColumns(id, columns), isId: true }]
  const short = truncateToColumns(title, forTitle)
  return [
    { text: `${short} `, isId: false },
    { text: fitToColumns(id, columns - screenWidthOf(short) - 1), isId: true },
  ]
}

function titleColumns(columns: number): number {
  const fixed =
    PEOPLE_COLUMNS +
    PRIVATE_COLUMNS +
    (columns >= COLUMNS_FOR_AGE ? AGE_COLUMNS : 0) +
    (columns >= COLUMNS_FOR_OWNER ? OWNER_COLUMNS : 0)
  return Math.max(8, Math.min(WIDEST_TITLE, columns - fixed))
}

function emptyRows(state: AppState, room: number): readonly Row[] {
  const { texts, size } = state.environment
  const { lobby } = state
  // Once the connection is closed for good, the notice says so, and nobody looks any more.
  const lines =
    state.connection.state === 'closed'
      ? []
      : lobby.rooms === undefined
        ? [texts.lobby.loading]
        : lobby.rooms.size === 0
          ? texts.lobby.empty
          : [texts.lobby.noMatch(lobby.filter.text)]
  const above = Math.max(0, Math.floor((room - lines.length) / 2) - 1)
  return [
    ...Array.from({ length: above }, (_, index): Row => ({ key: `above${index}`, spans: [] })),
    ...lines.map(
      (line, index): Row => ({ key: `empty${index}`, spans: centerSpans([{ text: line }], size.columns) }),
    ),
  ]
}

function keysRow(state: AppState): Row {
  const { lobby } = state
  const { texts, size } = state.environment
  if (lobby.isFiltering || lobby.filter.text !== '') {
    const spans: readonly Span[] = [
      { text: ` ${texts.lobby.filter}`, tone: 'accent' },
      { text: lobby.filter.text },
    ]
    const left = cutSpans(spans, size.columns)
    const room = size.columns - rowWidth(left) - 2
    const keys = firstThatFits([texts.lobby.filterKeys, texts.lobby.filterKeysTiny], room)
    return { key: 'keys', spans: spreadSpans(left, [{ text: `${keys} `, tone: 'faint' }], size.columns) }
  }
  const keys = firstThatFits(keysThatWork(state), size.columns - 2)
  return { key: 'keys', spans: cutSpans([{ text: ` ${keys}`, tone: 'faint' }], size.columns) }
}

/** The keys that do something now, in as many words as there may be room for. */
function keysThatWork({ environment: { texts }, connection, hosting }: AppState): readonly string[] {
  const { lobby, hosting: words } = texts
  if (hosting?.isLost) return [words.lostKeys, words.lostKeysTiny]
  if (connection.state === 'closed') return [lobby.keysClosed]
  if (hosting?.shareQuestion === 'asked') return [words.shareKeys, words.shareKeysTiny]
  if (hosting?.shareQuestion === 'missed') return [words.shareMissedKeys]
  return [hosting === undefined ? lobby.keys : lobby.keysHosting, lobby.keysShort, lobby.keysTiny]
}

/** The first that has room, or else the last. */
const firstThatFits = (texts: readonly string[], columns: number): string =>
  texts.find(text => screenWidthOf(text) <= columns) ?? texts.at(-1) ?? ''

/** The place of the cursor in the filter; undefined while nobody types there. */
export function lobbyFilterCursor({
  environment: { texts, size },
  lobby,
}: AppState): { readonly x: number; readonly y: number } | undefined {
  if (!lobby.isFiltering) return undefined
  const typed = rowWidth([
    { text: ` ${texts.lobby.filter}` },
    { text: lobby.filter.text.slice(0, lobby.filter.cursor) },
  ])
  return { x: Math.min(typed, size.columns - 1), y: size.rows - 1 }
}
