import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { AppStore } from '../../../cli/app/app-store.ts'
import { initialAppState } from '../../../cli/app/model/app-state.ts'
import {
  environmentOf,
  GIF,
  gifMessageOf,
  joinedOf,
  ME,
  messageOf,
  NOON,
  roomOf,
} from '../../support/chat-fixtures.ts'
import { FakeChatClient } from '../../support/fake-chat-client.ts'

test('F7 M4 a page of history is plain before anything else sees it', async () => {
  const evil = '\x1b]0;owned\x07\x1b[2Jhi\u202e'
  const client = new FakeChatClient()
  client.page = [messageOf(1, evil), gifMessageOf(2, ME, { ...GIF, name: evil })]
  const initial = initialAppState(environmentOf(), { now: NOON, wallTime: NOON })
  const store = new AppStore({ client, initial, clock: () => ({ now: NOON, wallTime: NOON }) })
  try {
    client.emit(
      { type: 'identity', user: ME, identity: 'known' },
      joinedOf(roomOf('r1'), [messageOf(3, 'the newest')]),
    )
    store.dispatch({ type: 'key', key: { type: 'key', key: 'home' } })
    assert.equal(client.calls.at(-1), 'history r1 101')
    await turn()
    const { screen } = store.getState()
    assert.ok(screen.name === 'chat')
    const shown = screen.chat.entries.flatMap(entry =>
      entry.kind === 'message' && 'seq' in entry.message ? [entry.message] : [],
    )
    assert.deepEqual(
      shown.map(message => ('text' in message ? message.text : message.gif.name)),
      ['hi', 'hi', 'the newest'],
    )
  } finally {
    store.close()
  }
})
