import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionStatus } from '../../../../cli/connection/client-events.ts'
import { spokenLines } from '../../../../cli/linear/spoken-lines.ts'
import { AppUnderTest } from '../../../support/chat-fixtures.ts'

const MINUTE = 60_000

const status = (app: AppUnderTest, status: ConnectionStatus) => app.network({ type: 'status', status })
const waitIn = (app: AppUnderTest) => {
  status(app, { state: 'connecting' })
  return status(app, { state: 'waiting', retryAt: app.now + 15_000, attempt: 9 })
}

for (const [where, open] of [
  ['in a room', () => AppUnderTest.inRoom()],
  ['in the list of rooms', () => new AppUnderTest()],
] as const)
  test(`whoever waits ${where} for a server that is away for minutes is told so, once, until it is back`, () => {
    const app = open()
    waitIn(app)
    app.now += 2 * MINUTE - 1
    assert.equal(waitIn(app).notice, undefined)
    const before = app.state
    app.now += 1
    assert.match(
      waitIn(app).notice ?? '',
      /^No answer for over two minutes; Ctrl-C quits\..*host may have ended/,
    )
    assert.match(spokenLines(before, app.state).join('\n'), /^No answer for over two minutes/)
    const told = app.state
    app.now += MINUTE
    assert.deepEqual(spokenLines(told, waitIn(app).state), [])
    status(app, { state: 'open' })
    assert.equal(app.notice, undefined)
    waitIn(app)
    app.now += MINUTE
    assert.equal(waitIn(app).notice, undefined, 'the minutes are counted anew')
  })

test('a server that said it would come back, and does not, is told of in the same way', () => {
  const app = AppUnderTest.inRoom().network({ type: 'serverRestart', retryAfterMs: 100 })
  waitIn(app)
  assert.match(app.notice ?? '', /comes back by itself/)
  app.now += 2 * MINUTE
  assert.match(waitIn(app).notice ?? '', /host may have ended/)
})
