import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { GifError } from '../../../../cli/gif/gif-stage.ts'
import { RequestError } from '../../../../protocol/error-codes.ts'
import { AppUnderTest, GIF, gifMessageOf, joinedOf, roomOf } from '../../../support/chat-fixtures.ts'

/** A room in which a GIF is loading. */
const loading = () => AppUnderTest.inRoom([gifMessageOf(1)]).apply({ type: 'gifsMissing', gifs: [GIF] })

const lastLoad = (app: AppUnderTest) => {
  const load = app.effects.findLast(effect => effect.type === 'loadGif')
  assert.ok(load !== undefined)
  return load
}

const pictureOf = (app: AppUnderTest) => app.chat.pictures.get(GIF.id)?.state

describe('the picture of a GIF', () => {
  for (const [why, error, isTriedAgain] of [
    ['the network broke', new RequestError('unavailable', 'broken'), true],
    ['the seat was lost', new RequestError('notInRoom', 'join first'), true],
    ['it is gone', new RequestError('noSuchGif', 'gone'), false],
    ['it is no GIF', new GifError('notAGif'), false],
  ] as const) {
    test(`is ${isTriedAgain ? '' : 'not '}loaded again after a resume if ${why}`, () => {
      const app = loading().apply({ type: 'gifBroken', room: 'r1', gif: GIF.id, error })
      assert.equal(pictureOf(app), 'broken')
      app.network(joinedOf(roomOf('r1', { people: 2 })))
      assert.equal(pictureOf(app), isTriedAgain ? undefined : 'broken')
    })
  }

  test('is loaded once while in view, again after it was dropped, and in a new size after a resize', () => {
    const app = AppUnderTest.inRoom([gifMessageOf(1)]).apply({ type: 'gifsMissing', gifs: [GIF, GIF] })
    const ready = (columns: number, rows: number) => {
      const load = app.effects.findLast(effect => effect.type === 'loadGif')
      const box = load?.type === 'loadGif' ? load.box : { columns, rows }
      app.apply({ type: 'gifReady', room: 'r1', gif: GIF.id, picture: { id: 1, columns, rows }, box })
      return box
    }
    app.apply({ type: 'gifsMissing', gifs: [GIF] })
    const loads = () => app.effects.filter(({ type }) => type === 'loadGif').length
    assert.equal(loads(), 1)
    const { rows } = ready(12, 4)
    app.apply({ type: 'gifsMissing', gifs: [GIF] })
    assert.equal(loads(), 2)
    ready(12, 4)
    app.apply({ type: 'resize', columns: 80, rows: 40 })
    assert.equal(app.chat.pictures.size, 1, 'as large as the GIF is')
    app.apply({ type: 'resize', columns: 80, rows: 24 })
    ready(12, rows)
    app.apply({ type: 'resize', columns: 80, rows: 40 })
    assert.equal(app.chat.pictures.size, 0, 'it can be higher now')
    app.apply({ type: 'gifsMissing', gifs: [GIF] })
    ready(12, rows)
    app.apply({ type: 'resize', columns: 40, rows: 10 })
    assert.equal(app.chat.pictures.size, 0, 'it is too high now')
  })

  test('keeps its height however much text is in the composer', () => {
    const { box } = lastLoad(loading())
    const app = AppUnderTest.inRoom([gifMessageOf(1)])
    app.apply({ type: 'paste', text: 'one\ntwo\nthree\nfour\nfive' })
    app.apply({ type: 'gifsMissing', gifs: [GIF] })
    assert.deepEqual(lastLoad(app).box, box)
  })

  test('is made again if the window became smaller before it was ready', () => {
    const app = loading()
    const { box } = lastLoad(app)
    app.apply({ type: 'resize', columns: 40, rows: 10 })
    const picture = { id: 1, columns: box.columns, rows: box.rows }
    app.apply({ type: 'gifReady', room: 'r1', gif: GIF.id, picture, box })
    assert.equal(pictureOf(app), undefined)
    app.apply({ type: 'gifsMissing', gifs: [GIF] })
    const { box: smaller } = lastLoad(app)
    app.apply({ type: 'gifReady', room: 'r1', gif: GIF.id, picture: { id: 2, ...smaller }, box: smaller })
    assert.equal(pictureOf(app), 'ready')
  })
})
