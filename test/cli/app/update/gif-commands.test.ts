import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chatBlockContext, chatGeometry } from '../../../../cli/app/view/chat-geometry.ts'
import { layoutChatViewport } from '../../../../cli/app/view/chat-layout.ts'
import type { OutgoingMessage } from '../../../../cli/connection/client-events.ts'
import { FileError } from '../../../../cli/files/file-error.ts'
import { en } from '../../../../cli/i18n/en.ts'
import { ko } from '../../../../cli/i18n/ko.ts'
import {
  AppUnderTest,
  environmentOf,
  GIF,
  gifMessageOf,
  messageOf,
  NOON,
} from '../../../support/chat-fixtures.ts'

const OLDER = { ...GIF, id: 'B'.repeat(22), name: 'older.gif' }

const room = (environment = environmentOf(80, 16)) =>
  AppUnderTest.inRoom([gifMessageOf(1, undefined, OLDER), gifMessageOf(2), messageOf(3, 'nice')], environment)

const lastEffect = (app: AppUnderTest) => app.effects.at(-1)

const line = (app: AppUnderTest) => app.chat.composer.editor.text

function conversation(app: AppUnderTest): string {
  const { environment } = app.state
  const { listRows } = chatGeometry(app.chat, environment)
  return layoutChatViewport(app.chat, chatBlockContext(app.chat, environment), listRows)
    .rows.map(row => row.spans.map(span => span.text).join(''))
    .join('\n')
}

describe('/save and /open', () => {
  test('mean the newest GIF, or the selected one', () => {
    const app = room().type('/save ~/cat.gif').press('enter')
    assert.deepEqual(lastEffect(app), { type: 'saveGif', room: 'r1', gif: GIF.id, path: '~/cat.gif' })
    app.type('/open').press('enter')
    assert.deepEqual(lastEffect(app), { type: 'openGif', room: 'r1', gif: GIF.id })
    app.press('alt+up', 'up', 'up').type('o')
    assert.deepEqual(lastEffect(app), { type: 'openGif', room: 'r1', gif: OLDER.id })
  })

  test('s offers a name for the selected GIF, and gives the draft back afterwards', () => {
    const app = room().type('half a thought').press('alt+up', 'up').type('s')
    assert.equal(line(app), '/save cat.gif')
    app.press('enter')
    assert.deepEqual(lastEffect(app), { type: 'saveGif', room: 'r1', gif: GIF.id, path: 'cat.gif' })
    assert.equal(line(app), 'half a thought')
    assert.equal(app.chat.selection, undefined)
    app.press('alt+up', 'up').type('ㄴ').press('escape')
    assert.deepEqual([line(app), app.chat.selection], ['half a thought', undefined])
  })

  test('say what they lack, and leave what was written', () => {
    const app = room().type('/save').press('enter')
    assert.equal(app.notice, 'To which file? /save ./party.gif')
    assert.equal(line(app), '/save')
    const empty = AppUnderTest.inRoom([messageOf(1, 'hello')])
      .type('/open')
      .press('enter')
    assert.equal(empty.notice, 'There is no GIF here yet.')
    const text = room().press('alt+up').type('s')
    assert.equal(text.notice, 'That message is not a GIF.')
  })

  test('say where the file is, with nothing in its path that acts on the terminal', () => {
    const app = room().apply({ type: 'gifSaved', room: 'r1', path: '/tmp/a\x1b[2Jb.gif' })
    assert.match(conversation(app), /The GIF is saved as \/tmp\/ab\.gif/)
  })
})

describe('an upload', () => {
  const upload = (change: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
    room: 'r1',
    clientMessageId: 'u1',
    createdAt: NOON,
    queuedAt: NOON,
    body: { gifPath: '/tmp/cat.gif', name: 'cat.gif', bytes: 2_000_000 },
    state: 'sending',
    ...change,
  })
  const uploading = (change?: Partial<OutgoingMessage>, columns = 80) =>
    room(environmentOf(columns, 16)).network({ type: 'outgoing', message: upload(change) })

  test('shows how far it is, how fast it goes and how to stop it', () => {
    assert.match(conversation(uploading()), /░{16} 0 % · Esc cancels/)
    const half = uploading({ uploadedBytes: 1_000_000, uploadMs: 2_000 })
    assert.match(conversation(half), /█{8}░{8} 50 % · 488 KiB\/s · Esc cancels/)
    const narrow = uploading({ uploadedBytes: 1_999_999, uploadMs: 1_000 }, 40)
    assert.match(conversation(narrow).replaceAll(/\s+/g, ' '), / 99 % · 1\.9 MiB\/s · Esc cancels/)
    assert.doesNotMatch(conversation(narrow), /[█░]/)
  })

  test('is cancelled by Esc, and the screen says so', () => {
    const app = uploading().press('escape')
    assert.deepEqual(lastEffect(app), { type: 'discard', message: 'u1' })
    assert.equal(app.notice, 'The upload of cat.gif was cancelled.')
    app.network({ type: 'discarded', room: 'r1', clientMessageId: 'u1' })
    assert.doesNotMatch(conversation(app), /Esc cancels/)
    const korean = room(environmentOf(80, 16, { texts: ko })).network({ type: 'outgoing', message: upload() })
    assert.equal(korean.press('escape').notice, '올리기를 취소했습니다: cat.gif')
  })

  test('outlives an Esc that was for something nearer: a selection, a command, the way back to the end', () => {
    const app = uploading().network(
      ...Array.from({ length: 20 }, (_, index) => ({
        type: 'message' as const,
        room: 'r1',
        message: messageOf(4 + index, 'talk'),
      })),
    )
    app.press('alt+up', 'escape').type('/wh').press('escape', 'escape', 'pageUp', 'escape')
    assert.ok(!app.effects.some(({ type }) => type === 'discard'))
    assert.equal(app.chat.scroll, 'end')
    assert.deepEqual(lastEffect(app.press('escape')), { type: 'discard', message: 'u1' })
  })
})

describe('a smaller GIF', () => {
  const SMALLER = {
    bytes: new Uint8Array(500),
    bytesBefore: 2_000,
    reduction: { step: 2, divisor: 2 },
    width: 4,
    height: 4,
    frames: 3,
  } as const
  const refused = new FileError('tooLarge', './cat.gif', { bytes: 2_000, mostBytes: 1_000 })
  const offered = () => {
    const app = room().type('/gif ./cat.gif').press('enter')
    app.apply({ type: 'fileRefused', path: './cat.gif', error: refused })
    app.apply({ type: 'gifShrinking', room: 'r1', path: './cat.gif' })
    assert.match(app.chat.notice?.(en) ?? '', /making it smaller/)
    return app.apply({ type: 'gifShrunk', room: 'r1', path: './cat.gif', gif: SMALLER })
  }

  test('gives way to another command, as any refused one does', () => {
    const app = room().type('/gif ./cat.gif').press('enter')
    app.apply({ type: 'fileRefused', path: './cat.gif', error: refused })
    assert.equal(line(app), '/gif ./cat.gif')
    assert.equal(line(app.type('/').type('gif ./dog.gif')), '/gif ./dog.gif')
  })

  test('is offered with what it saves, and posted in place of the file with the next Enter', () => {
    const app = offered()
    const saving = '2 KiB → 500 B (−75 %), every 2nd frame, half the size · Enter sends it · Esc forgets it'
    assert.equal(app.chat.notice?.(en), saving)
    assert.equal(line(app), '/gif ./cat.gif')
    app.press('enter')
    const posted = { type: 'postGif', room: 'r1', path: './cat.gif', smaller: SMALLER.bytes }
    assert.deepEqual(lastEffect(app), posted)
    app.type('/gif ./cat.gif').press('enter')
    assert.deepEqual(lastEffect(app), { type: 'postGif', room: 'r1', path: './cat.gif' })
  })

  test('is posted only when its offer is answered with Enter, and is offered anew otherwise', () => {
    for (const key of ['escape', 'left', 'pageUp']) {
      const app = offered().press(key, 'escape')
      app.type('/gif ./cat.gif').press('enter')
      assert.deepEqual(lastEffect(app), { type: 'postGif', room: 'r1', path: './cat.gif' }, key)
    }
  })

  test('waits while something else is written, which Enter sends, and is posted by its line', () => {
    const app = room().type('/gif ./cat.gif').press('enter').type('look at')
    app.apply({ type: 'fileRefused', path: './cat.gif', error: refused })
    app.apply({ type: 'gifShrunk', room: 'r1', path: './cat.gif', gif: SMALLER })
    assert.match(app.chat.notice?.(en) ?? '', / · \/gif \.\/cat\.gif sends it$/)
    app.type(' this').press('enter')
    assert.deepEqual(lastEffect(app), { type: 'say', room: 'r1', text: 'look at this' })
    app.type('/gif ./cat.gif').press('enter')
    const posted = { type: 'postGif', room: 'r1', path: './cat.gif', smaller: SMALLER.bytes }
    assert.deepEqual(lastEffect(app), posted)
  })

  test('is not posted in place of another file', () => {
    const app = offered().press('escape').type('/gif ./dog.gif').press('enter')
    assert.deepEqual(lastEffect(app), { type: 'postGif', room: 'r1', path: './dog.gif' })
  })
})
