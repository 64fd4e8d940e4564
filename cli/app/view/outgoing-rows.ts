import type { OutgoingMessage } from '../../connection/client-events.ts'
import { gifSizeInWords } from '../../gif/gif-in-words.ts'
import type { Texts } from '../../i18n/en.ts'
import { problemSentence } from '../../i18n/problem-sentence.ts'
import type { Row } from '../../text/row.ts'
import type { Delay } from '../model/conversation/delay.ts'
import { type Side, sidedTextRows } from './sided-rows.ts'

interface OutgoingContext {
  readonly texts: Texts
  readonly columns: number
  /** Why unsent messages wait. */
  readonly delay: Delay | undefined
}

/** The rows below an unsent message: why it failed or waits, or how far its upload is. */
export function outgoingStateRows(
  key: string,
  message: OutgoingMessage,
  side: Side,
  context: OutgoingContext,
): readonly Row[] {
  const { texts, delay } = context
  if (message.state === 'failed') {
    const why = message.error === undefined ? '' : problemSentence(message.error)(texts)
    const lines = `${texts.chat.failed(why)}\n${texts.chat.failedKeys}`
    return sidedTextRows(`${key}!`, lines, { ...side, tone: 'warning' })
  }
  const { body } = message
  const isHeldUp = delay !== undefined && delay !== 'slow' && message.delay === undefined
  if ('gifPath' in body && !isHeldUp)
    return sidedTextRows(`${key}!`, uploadLine(message, body.bytes, context), side)
  if (delay === undefined) return []
  const words = texts.chat.waits[delay]
  return sidedTextRows(`${key}!`, 'gifPath' in body ? `${words} · ${texts.chat.uploadKeys}` : words, side)
}

/** The progress bar. Windows with fewer columns show only the words. */
const BAR_CELLS = 16
const COLUMNS_FOR_BAR = 70
/** No rate is shown before this, since the first bytes only fill buffers. */
const RATE_FROM_MS = 300

/** Progress and speed of an upload, and the key that cancels it. */
function uploadLine(
  { uploadedBytes = 0, uploadMs = 0, delay }: OutgoingMessage,
  bytes: number,
  { texts, columns }: OutgoingContext,
): string {
  if (delay !== undefined)
    return `${texts.script.uploadDelayed(problemSentence(delay)(texts))} ${texts.chat.uploadKeys}`
  const share = uploadedBytes / Math.max(1, bytes)
  const filled = Math.floor(share * BAR_CELLS)
  const bar = columns < COLUMNS_FOR_BAR ? '' : `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)} `
  const rate = uploadMs < RATE_FROM_MS ? [] : [`${gifSizeInWords((1000 * uploadedBytes) / uploadMs)}/s`]
  return bar + [texts.chat.uploading(Math.floor(share * 100)), ...rate, texts.chat.uploadKeys].join(' · ')
}
