import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppUnderTest, environmentOf } from '../../../support/chat-fixtures.ts'

const invited = (hasClipboard: boolean) =>
  AppUnderTest.inRoom([], environmentOf(80, 24, { hasClipboard }))
    .type('/invite')
    .press('enter')
const LINE = 'gifchat join ws://localhost:8005/r1'

test('/invite shows the invitation and copies it to the clipboard', () => {
  const app = invited(true)
  assert.match(app.rows().join('\n'), new RegExp(`Hand this line on: ${LINE}`))
  assert.deepEqual(app.effects.at(-1), { type: 'copy', text: LINE })
  assert.match(app.notice ?? '', /^Copied/)
})

test('without a clipboard, /invite only shows the invitation', () => {
  const app = invited(false)
  assert.match(app.rows().join('\n'), new RegExp(`Hand this line on: ${LINE}`))
  assert.ok(!app.effects.some(({ type }) => type === 'copy'))
  assert.equal(app.notice, undefined)
})
