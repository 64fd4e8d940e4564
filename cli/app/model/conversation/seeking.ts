import type { ChatMessage, Seq } from '../../../../protocol/model.ts'

/** What is being searched for in a room's history, page by page. */
export type Seeking = (
  | { readonly kind: 'message'; readonly seq: Seq }
  /**
   * The first message that is kept: above `gone`, and not above `kept`. `page` begins with the
   * oldest one that is known.
   */
  | {
      readonly kind: 'first'
      readonly gone: Seq
      readonly kept: Seq
      readonly page: readonly ChatMessage[]
    }
  /**
   * The first message from a time on: above `before`, and not above `since`, which was said at
   * `saidAt`.
   */
  | {
      readonly kind: 'day'
      readonly day: Day
      readonly before: Seq
      readonly since: Seq
      readonly saidAt: number
    }
  /** The newest message with a word. `looked` messages are without it. */
  | { readonly kind: 'word'; readonly word: string; readonly looked: number }
) & {
  /** The `beforeSeq` of the page that was asked for. Other answers come too late. */
  readonly asked: Seq
}

/** A day in the zone of this machine, in milliseconds since 1970. */
interface Day {
  readonly from: number
  readonly to: number
}

/** What `/find` looks for; undefined when nothing was typed. */
type FindQuery =
  | { readonly kind: 'day'; readonly day: Day }
  | { readonly kind: 'word'; readonly word: string }

const DATE = /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})\.?$|^(?:(\d{4})년\s*)?(\d{1,2})월\s*(\d{1,2})일$/
const MONTH_AND_DAY = /^(\d{1,2})[-/](\d{1,2})$/
/** Days back from today, by their names. */
const NAMED_DAYS: Readonly<Record<string, number>> = { today: 0, yesterday: 1, 오늘: 0, 어제: 1, 그저께: 2 }

/** `2026-11-24`, `11-24`, `11월 24일`, `yesterday` and `어제` are days; anything else is a word. */
export function readFindQuery(typed: string, now: number): FindQuery | undefined {
  const text = typed.trim()
  if (text === '') return undefined
  const day = dayOf(text.toLowerCase(), new Date(now))
  return day === undefined ? { kind: 'word', word: searchable(text) } : { kind: 'day', day }
}

/** Whether a message has the word of a `FindQuery`. The name of a GIF counts. */
export const messageHasWord = (message: ChatMessage, word: string): boolean =>
  searchable('gif' in message ? message.gif.name : message.text).includes(word)

/** Letter case and the kind of white space do not matter. */
const searchable = (text: string): string => text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ')

function dayOf(text: string, today: Date): Day | undefined {
  const back = Object.hasOwn(NAMED_DAYS, text) ? NAMED_DAYS[text] : undefined
  if (back !== undefined) return dayAt(today.getFullYear(), today.getMonth(), today.getDate() - back)
  const [, year, month, date, koreanYear, koreanMonth, koreanDate] = DATE.exec(text) ?? []
  const [, bareMonth, bareDate] = MONTH_AND_DAY.exec(text) ?? []
  const months = Number(month ?? koreanMonth ?? bareMonth)
  const dates = Number(date ?? koreanDate ?? bareDate)
  const years = year ?? koreanYear
  if (!isDate(months, dates)) return undefined
  if (years !== undefined) return dayAt(Number(years), months - 1, dates)
  // Without a year, it is the last such day.
  const day = dayAt(today.getFullYear(), months - 1, dates)
  return day.from <= today.getTime() ? day : dayAt(today.getFullYear() - 1, months - 1, dates)
}

const isDate = (month: number, date: number): boolean => month >= 1 && month <= 12 && date >= 1 && date <= 31

const dayAt = (year: number, month: number, date: number): Day => ({
  from: new Date(year, month, date).getTime(),
  to: new Date(year, month, date + 1).getTime(),
})
