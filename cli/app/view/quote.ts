import type { ChatMessage } from '../../../protocol/model.ts'
import type { Texts } from '../../i18n/en.ts'
import { cutSpans, type Span } from '../../text/row.ts'
import { type Naming, personNameOf } from '../model/people/names.ts'

/** One row that quotes the message replied to. `message` is undefined if it is not loaded. */
export function quoteSpans(
  message: ChatMessage | undefined,
  { texts, columns, ...naming }: Naming & { readonly texts: Texts; readonly columns: number },
): readonly Span[] {
  if (message === undefined) return cutSpans([{ text: `↳ ${texts.reply.unknown}`, tone: 'faint' }], columns)
  const { user } = message
  const words = 'text' in message ? message.text.trim().replace(/\s+/g, ' ') : `GIF ${message.gif.name}`
  return cutSpans(
    [
      { text: '↳ ', tone: 'faint' },
      // Not faint: the colour was chosen for its contrast, and faint would lower that.
      { text: personNameOf(user, naming), color: user.color },
      { text: `: ${words}`, tone: 'faint' },
    ],
    columns,
  )
}
