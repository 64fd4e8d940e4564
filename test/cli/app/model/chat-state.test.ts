import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  addMessagesToChat,
  addOlderToChat,
  type ChatState,
  chatStateOnJoin,
  chatStateOnResume,
  hasOlderMessages,
  putOutgoingInChat,
  READING_ENTRIES,
  WINDOW_ENTRIES,
} from '../../../../cli/app/model/chat-state.ts'
import { addPresenceToChat } from '../../../../cli/app/model/people/presence.ts'
import { en as english } from '../../../../cli/i18n/en.ts'
import {
  environmentOf,
  joinedOf,
  ME,
  messageOf,
  NOON,
  OTHER,
  roomOf,
} from '../../../support/chat-fixtures.ts'

const seqs = (chat: ChatState) =>
  chat.entries.flatMap(entry => (entry.kind === 'message' ? [entry.message.seq] : []))
const entered = (count = 0) =>
  chatStateOnJoin(
    joinedOf(
      roomOf('r1'),
      Array.from({ length: count }, (_, index) => messageOf(index + 1, `m${index + 1}`)),
    ),
    ME.id,
    environmentOf(),
  )

describe("a room's messages", () => {
  test('are shown once each, even if a reconnect repeats them', () => {
    const chat = addMessagesToChat(entered(2), [messageOf(3, 'three')])
    assert.deepEqual(
      seqs(addMessagesToChat(chat, [messageOf(3, 'three'), messageOf(4, 'four')])),
      [1, 2, 3, 4],
    )
  })

  test('M6: are told apart from those that could not be had, by a line where these were', () => {
    const shown = (chat: ChatState) =>
      chat.entries.map(entry => {
        if (entry.kind === 'note')
          return entry
            .lines(english)
            .flat()
            .map(({ text }) => text)
            .join()
        return entry.kind === 'message' ? entry.message.seq : entry.kind
      })
    const { missing } = english.chat
    const back = chatStateOnResume(entered(2), joinedOf(roomOf('r1')))
    const chat = addMessagesToChat(back, [messageOf(8, 'eight'), messageOf(9, 'nine')])
    assert.deepEqual(shown(chat), [1, 2, missing, 8, 9])
    assert.deepEqual(shown(addMessagesToChat(chat, [messageOf(10, 'ten')])).slice(-2), [9, 10])
    assert.deepEqual(shown(addMessagesToChat(entered(), [messageOf(4, 'four')])), [missing, 4])
    const late = chatStateOnJoin(joinedOf(roomOf('r1'), [messageOf(70, 'seventy')]), ME.id, environmentOf())
    assert.deepEqual(shown(late), [70])
    const top = addOlderToChat(addOlderToChat(late, [messageOf(69, 'before')]), [])
    assert.deepEqual(shown(top), [missing, 69, 70])
    assert.equal(hasOlderMessages(top), false)
    assert.deepEqual(shown(addOlderToChat(entered(2), [])), [1, 2])
  })

  test('replace the outgoing messages that they confirm', () => {
    const outgoing = {
      room: 'r1',
      clientMessageId: 'c5',
      createdAt: NOON,
      queuedAt: NOON,
      body: { text: 'mine' },
      state: 'sending',
    } as const
    const waiting = putOutgoingInChat(entered(), outgoing)
    assert.equal(waiting.outgoing.length, 1)
    const foreign = addMessagesToChat(waiting, [{ ...messageOf(1, 'theirs'), clientMessageId: 'c5' }])
    assert.equal(foreign.outgoing.length, 1, 'an id of somebody else settles nothing')
    assert.equal(
      addMessagesToChat(foreign, [{ ...messageOf(2, 'mine', ME), clientMessageId: 'c5' }]).outgoing.length,
      0,
    )
  })

  test('are kept up to a limit, and older ones can be fetched again', () => {
    const full = addMessagesToChat(
      entered(),
      Array.from({ length: WINDOW_ENTRIES + 500 }, (_, index) => messageOf(index + 1, 'x')),
    )
    assert.equal(full.entries.length, WINDOW_ENTRIES)
    assert.equal(full.oldestSeq, 501)
    assert.ok(hasOlderMessages(full))
    const older = addOlderToChat(full, [messageOf(499, 'x'), messageOf(500, 'x'), messageOf(501, 'twice')])
    assert.deepEqual(seqs(older).slice(0, 3), [499, 500, 501])
    assert.equal(older.entries.length, WINDOW_ENTRIES + 2)
  })

  test('are kept for a reader who has scrolled up', () => {
    const many = addMessagesToChat(
      entered(),
      Array.from({ length: WINDOW_ENTRIES }, (_, index) => messageOf(index + 1, 'x')),
    )
    const reading: ChatState = { ...many, scroll: { key: 'm10', hiddenRows: 0 } }
    const later = addMessagesToChat(
      reading,
      Array.from({ length: 500 }, (_, index) => messageOf(WINDOW_ENTRIES + index + 1, 'x')),
    )
    assert.ok(later.entries.some(entry => entry.key === 'm10'))
  })

  test('move the reader to the oldest kept one, not the newest, when those in view are removed', () => {
    const reading: ChatState = { ...entered(20), scroll: { key: 'm10', hiddenRows: 2 } }
    const later = addMessagesToChat(
      reading,
      Array.from({ length: READING_ENTRIES + 500 }, (_, index) => messageOf(index + 21, 'x')),
    )
    assert.equal(later.entries.length, READING_ENTRIES)
    const { scroll } = later
    assert.ok(scroll !== 'end')
    const place = later.entries.findIndex(({ key }) => key === scroll.key)
    assert.ok(place > 100 && place < 500, `${place}`)
  })

  test('M4 have older ones until an empty page has come, however short a page was', () => {
    const short = addOlderToChat(addMessagesToChat(entered(), [messageOf(9, 'x')]), [messageOf(8, 'x')])
    assert.ok(hasOlderMessages(short))
    assert.ok(!hasOlderMessages(addOlderToChat(short, [])))
  })

  test('have nothing older if the first one is loaded', () => {
    assert.ok(!hasOlderMessages(entered(3)))
    assert.ok(!hasOlderMessages(entered()))
  })
})

describe("a room's people", () => {
  const third = { id: 'third1', color: OTHER.color }

  test('join and leave, and joining twice does not list a person twice', () => {
    const joined = addPresenceToChat(entered(), 'join', [third, OTHER], 3, NOON)
    assert.deepEqual(
      joined.members.map(member => member.id).toSorted(),
      [ME.id, OTHER.id, third.id].toSorted(),
    )
    assert.equal(joined.room.people, 3)
    assert.equal(addPresenceToChat(joined, 'exit', [third], 2, NOON).members.length, 2)
  })

  test('who join one after the other share a line, until a minute or a message separates them', () => {
    const first = addPresenceToChat(entered(), 'join', [third], 3, NOON)
    const second = addPresenceToChat(first, 'join', [{ id: 'fourth', color: '#000000' }], 4, NOON + 59_000)
    assert.equal(second.entries.length, 1)
    assert.equal(addPresenceToChat(second, 'join', [OTHER], 5, NOON + 61_000).entries.length, 2)
    assert.equal(addPresenceToChat(second, 'exit', [OTHER], 3, NOON + 59_000).entries.length, 2)
  })

  test('with the same colour are marked, members and authors alike; one person seen twice is not', () => {
    const marked = ({ met }: ChatState) =>
      [...met.people].flatMap(([id, { isAlike }]) => (isAlike ? [id] : []))
    assert.deepEqual(marked(addPresenceToChat(entered(), 'join', [OTHER], 2, NOON)), [])
    assert.deepEqual(marked(addPresenceToChat(entered(), 'join', [third], 3, NOON)), [OTHER.id, third.id])
    assert.deepEqual(marked(addMessagesToChat(entered(), [messageOf(1, 'x', third)])), [OTHER.id, third.id])
  })
})
