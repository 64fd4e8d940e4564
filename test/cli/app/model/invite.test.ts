import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inviteCommandOf } from '../../../../cli/app/model/invite.ts'
import { readInviteLine } from '../../../../cli/identity/invite-line.ts'
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

test('the line that is handed on works in every shell: zsh would look for files by the brackets of IPv6', () => {
  const line = inviteCommandOf('ws://[fd00::2]:8005', 'k3mw9x2a')
  assert.equal(line, 'gifchat join "ws://[fd00::2]:8005/k3mw9x2a"')
  assert.deepEqual(readInviteLine(line, 'ws://here:8005'), {
    server: 'ws://[fd00::2]:8005',
    room: 'k3mw9x2a',
  })
  assert.equal(inviteCommandOf('ws://host:8005', 'k3mw9x2a'), 'gifchat join ws://host:8005/k3mw9x2a')
})
