import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { GifError } from '../../../cli/gif/gif-stage.ts'
import { RequestError } from '../../../protocol/error-codes.ts'
import { AppUnderTest, GIF, gifMessageOf, joinedOf, roomOf } from '../../support/chat-fixtures.ts'

/** A room with a GIF on its way to the screen. */
const loading = () => AppUnderTest.inRoom([gifMessageOf(1)]).apply({ type: 'gifsMissing', gifs: [GIF] })

const pictureOf = (app: AppUnderTest) => app.chat.pictures.get(GIF.id)?.state

describe('the picture of a GIF', () => {
  for (const [why, error, isTriedAgain] of [
    ['the network broke', new RequestError('unavailable', 'broken'), true],
    ['the seat was lost', new RequestError('notInRoom', 'join first'), true],
    ['it is gone', new RequestError('noSuchGif', 'gone'), false],
    ['it is no GIF', new GifError('notAGif'), false],
  ] as const) {
    test(`is ${isTriedAgain ? '' : 'not '}asked for again when one is back in the room, where ${why}`, () => {
      const app = loading().apply({ type: 'gifBroken', room: 'r1', gif: GIF.id, error })
      assert.equal(pictureOf(app), 'broken')
      app.network(joinedOf(roomOf('r1', { people: 2 })))
      assert.equal(pictureOf(app), isTriedAgain ? undefined : 'broken')
    })
  }
})
