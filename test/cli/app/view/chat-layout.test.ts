import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  addMessagesToChat,
  addNoteToChat,
  addOlderToChat,
  type ChatState,
  chatStateOnJoin,
  putOutgoingInChat,
} from '../../../../cli/app/model/chat-state.ts'
import type { Environment } from '../../../../cli/app/model/environment.ts'
import { addPresenceToChat } from '../../../../cli/app/model/people/presence.ts'
import { putGifPicture } from '../../../../cli/app/model/shown-gifs.ts'
import { chatBlockContext, chatGeometry, gifBoxInChat } from '../../../../cli/app/view/chat-geometry.ts'
import {
  layoutChatViewport,
  layoutScrollBy,
  layoutScrollToTop,
} from '../../../../cli/app/view/chat-layout.ts'
import { type Row, rowWidth } from '../../../../cli/text/row.ts'
import type { ChatMessage } from '../../../../protocol/model.ts'
import {
  environmentOf,
  GIF,
  gifMessageOf,
  joinedOf,
  ME,
  messageOf,
  NOON,
  OTHER,
  roomOf,
} from '../../../support/chat-fixtures.ts'
import { mixedText } from '../../../support/mixed-text.ts'

const chatOf = (...messages: readonly ChatMessage[]): ChatState =>
  chatStateOnJoin(joinedOf(roomOf('r1'), messages), ME.id, environmentOf())
const textOf = (row: Row): string => row.spans.map(span => span.text).join('')
const seen = (chat: ChatState, rows = 100, environment: Environment = environmentOf(40)): readonly string[] =>
  layoutChatViewport(chat, chatBlockContext(chat, environment), rows).rows.map(textOf)
const numbered = (count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => messageOf(first + index, `m${first + index}`))

describe('a conversation', () => {
  test('marks what a bot said, also where somebody and their own bot speak within a minute', () => {
    const byBot = (seq: number, user = OTHER) => ({ ...messageOf(seq, `m${seq}`, user), bot: true }) as const
    assert.deepEqual(seen(chatOf(messageOf(1, 'm1'), byBot(2), byBot(3), byBot(4, ME))), [
      '▎#AC8D53  12:00',
      '▎m1',
      '▎#AC8D53 bot  12:00',
      '▎m2',
      '▎m3',
      '                 12:00  #12C6B8 you bot▕',
      '                                     m4▕',
    ])
  })

  test('has others on the left and the user on the right, with one heading per author and minute', () => {
    assert.deepEqual(
      seen(
        chatOf(
          messageOf(1, 'hello'),
          messageOf(2, 'there', OTHER, NOON + 30_000),
          messageOf(3, 'later', OTHER, NOON + 60_000),
          messageOf(4, 'me\ntoo here', ME, NOON + 61_000),
        ),
      ),
      [
        '▎#AC8D53  12:00',
        '▎hello',
        '▎there',
        '▎#AC8D53  12:01',
        '▎later',
        '                     12:01  #12C6B8 you▕',
        '                               me      ▕',
        '                               too here▕',
      ],
    )
  })

  test('knows the user by id: another person with the same colour is on the left, with a tag', () => {
    const twin = { id: 'twin42', color: ME.color }
    assert.deepEqual(seen(chatOf(messageOf(1, 'hi', twin))), ['▎#12C6B8 twin  12:00', '▎hi'])
  })

  test('names everybody by tag where there is no color', () => {
    const environment = environmentOf(40, 24, { hasColor: false })
    assert.equal(seen(chatOf(messageOf(1, 'hi')), 10, environment)[0], '▎#AC8D53 othe  12:00')
  })

  test('tells in a centred line who came and left', () => {
    const chat = addPresenceToChat(chatOf(), 'join', [OTHER, { id: 'third1', color: '#000000' }], 3, NOON)
    assert.deepEqual(seen(chat), ['      #AC8D53 and #000000 came in'])
  })

  test('keeps the tone of a note that takes several rows', () => {
    const chat = addNoteToChat(chatOf(), () => [[{ text: 'one two three four five', tone: 'faint' }]])
    const { rows } = layoutChatViewport(chat, chatBlockContext(chat, environmentOf(20)), 5)
    assert.deepEqual(
      rows.map(({ spans }) => spans.map(({ text, tone }) => [text.trim(), tone])),
      [
        [
          ['', undefined],
          ['one two three four', 'faint'],
        ],
        [
          ['', undefined],
          ['five', 'faint'],
        ],
      ],
    )
  })

  test('begins a new day with a line', () => {
    const rows = seen(
      chatOf(messageOf(1, 'a'), messageOf(2, 'b', OTHER, NOON + 86_400_000)),
      100,
      environmentOf(60),
    )
    assert.match(rows[2] ?? '', /^ +— Wednesday, November 25, 2026 —$/)
  })

  test('shows a message that is being sent, and why it failed', () => {
    const body = { text: 'wait for me' }
    const chat = putOutgoingInChat(chatOf(), {
      room: 'r1',
      clientMessageId: 'x',
      createdAt: NOON,
      queuedAt: NOON,
      body,
      state: 'failed',
    })
    const rows = seen(chat, 100, environmentOf(60))
    assert.match(rows[1] ?? '', /wait for me▕$/)
    assert.match(rows.join('\n'), /not sent.*Ctrl-R send again/s)
    const upload = { gifPath: '/x.gif', name: 'x.gif', bytes: 200 }
    const sending = putOutgoingInChat(chatOf(), {
      ...{ room: 'r1', clientMessageId: 'x', createdAt: NOON, queuedAt: NOON, body: upload },
      ...{ state: 'sending', uploadedBytes: 50 },
    })
    assert.match(seen(sending, 100, environmentOf(60)).join('\n'), /\[GIF x\.gif\].*25 % · Esc cancels/s)
  })

  test('shows a GIF as a line until its picture is ready, then as rows of the picture', () => {
    const chat = chatOf(gifMessageOf(1))
    assert.equal(seen(chat, 9, environmentOf(80))[1], '▎[GIF cat.gif 64×48 0.5 s 2 KiB]')
    const picture = { id: 7, columns: 10, rows: 3 }
    const ready = putGifPicture(chat, GIF.id, { state: 'ready', picture, box: picture })
    const { rows, gifs } = layoutChatViewport(ready, chatBlockContext(ready, environmentOf(80)), 9)
    assert.deepEqual(
      rows.map(row => row.picture?.row),
      [undefined, 0, 1, 2, undefined],
    )
    assert.deepEqual(gifs, [GIF])
    assert.deepEqual(
      layoutChatViewport(ready, chatBlockContext(ready, environmentOf(80)), 3).rows.map(
        row => row.picture?.row,
      ),
      [1, 2, undefined],
    )
    const broken = putGifPicture(chat, GIF.id, { state: 'broken', why: 'it is cut short', isLasting: true })
    assert.match(seen(broken, 9, environmentOf(100)).join('\n'), /cannot be shown: it is cut short/)
  })

  test('never has a row wider than the window, whatever is said', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(mixedText, fc.boolean()), { maxLength: 6 }),
        fc.integer({ min: 20, max: 100 }),
        (said, columns) => {
          const chat = chatOf(
            ...said.map(([text, isMine], index) => messageOf(index + 1, text, isMine ? ME : OTHER)),
          )
          for (const row of layoutChatViewport(chat, chatBlockContext(chat, environmentOf(columns)), 200)
            .rows) {
            assert.ok(rowWidth(row.spans) <= columns, textOf(row))
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('scrolling', () => {
  const environment = environmentOf(40)
  const scrolled = (chat: ChatState, rows: number, distance: number): ChatState => ({
    ...chat,
    scroll: layoutScrollBy(chat, chatBlockContext(chat, environment), rows, distance),
  })
  const chat = chatOf(...numbered(20))

  test('goes up and down by rows, and stops at both ends', () => {
    assert.deepEqual(seen(chat, 3), ['▎m18', '▎m19', '▎m20'])
    assert.deepEqual(seen(scrolled(chat, 3, 2), 3), ['▎m16', '▎m17', '▎m18'])
    assert.deepEqual(seen(scrolled(scrolled(chat, 3, 5), 3, -1), 3), ['▎m14', '▎m15', '▎m16'])
    assert.deepEqual(seen(scrolled(chat, 3, 1_000), 3), ['▎#AC8D53  12:00', '▎m1', '▎m2'])
    assert.equal(scrolled(scrolled(chat, 3, 1_000), 3, -1_000).scroll, 'end')
    assert.equal(scrolled(chat, 50, 10).scroll, 'end')
    assert.deepEqual(
      layoutScrollToTop(chat, chatBlockContext(chat, environment), 3),
      scrolled(chat, 3, 1_000).scroll,
    )
  })

  test('stops inside a long message, and takes its rows one by one', () => {
    const long = chatOf(messageOf(1, 'a\nb\nc\nd\ne\nf'))
    assert.deepEqual(seen(scrolled(long, 3, 2), 3), ['▎b', '▎c', '▎d'])
  })

  test('keeps its place while messages arrive and while older ones are loaded', () => {
    const held = scrolled(chat, 3, 5)
    const before = seen(held, 3)
    assert.deepEqual(seen(addMessagesToChat(held, numbered(5, 21)), 3), before)
    const later = scrolled(chatOf(...numbered(20, 100)), 3, 5)
    assert.deepEqual(seen(addOlderToChat(later, numbered(50, 50)), 3), seen(later, 3))
  })

  test('fills a window that has grown, and then scrolls down at once', () => {
    const top = scrolled(chat, 3, 1_000)
    assert.deepEqual(seen(top, 6), ['▎#AC8D53  12:00', '▎m1', '▎m2', '▎m3', '▎m4', '▎m5'])
    assert.deepEqual(seen(scrolled(top, 6, -1), 6).at(-1), '▎m6')
    assert.equal(seen(top, 50).length, 21)
  })

  test('knows when the first row is on the screen', () => {
    const isAtTop = (state: ChatState) =>
      layoutChatViewport(state, chatBlockContext(state, environment), 3).isAtTop
    assert.ok(!isAtTop(chat))
    assert.ok(isAtTop(scrolled(chat, 3, 1_000)))
  })
})

describe('the parts of the screen', () => {
  test('fill every window, down to 40×10', () => {
    for (const [columns, rows] of [
      [80, 24],
      [40, 10],
      [300, 80],
      [20, 6],
    ] as const) {
      const geometry = chatGeometry(chatOf(), environmentOf(columns, rows))
      const rules = geometry.hasRules ? 1 : 0
      assert.equal(
        geometry.listTop + geometry.listRows + rules + geometry.composerRows + geometry.statusRows,
        rows,
      )
      assert.ok(geometry.listRows >= 1)
    }
  })

  test('leave a GIF half of the list and 40 columns at most', () => {
    assert.deepEqual(gifBoxInChat(environmentOf(80, 24)), { columns: 40, rows: 9 })
    assert.deepEqual(gifBoxInChat(environmentOf(30, 10)), { columns: 26, rows: 3 })
  })
})
