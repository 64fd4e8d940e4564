import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { AppStore } from '../../../cli/app/app-store.ts'
import { initialAppState } from '../../../cli/app/model/app-state.ts'
import { systemTimes } from '../../../cli/app/system-times.ts'
import { FileError } from '../../../cli/files/file-error.ts'
import type { GifStage } from '../../../cli/gif/gif-stage.ts'
import { textStage } from '../../../cli/gif/stage/text-stage.ts'
import { RequestError } from '../../../protocol/error-codes.ts'
import {
  environmentOf,
  GIF,
  gifMessageOf,
  joinedOf,
  ME,
  messageOf,
  roomOf,
} from '../../support/chat-fixtures.ts'
import { FakeChatClient } from '../../support/fake-chat-client.ts'

function openStore(stage?: GifStage) {
  const client = new FakeChatClient()
  const store = new AppStore({ client, stage, initial: initialAppState(environmentOf(), systemTimes()) })
  client.emit({ type: 'identity', user: ME, identity: 'known' }, joinedOf())
  let redraws = 0
  store.subscribe(() => {
    redraws++
  })
  return { client, store, redraws: () => redraws, [Symbol.dispose]: () => store.close() }
}

const chatOf = (store: AppStore) => {
  const { screen } = store.getState()
  if (screen.name !== 'chat') throw new Error(`on the ${screen.name} screen`)
  return screen.chat
}
const settle = () => new Promise<void>(resolve => setImmediate(resolve))
const press = (store: AppStore, text: string, key: string) => {
  store.dispatch({ type: 'key', key: { type: 'text', text } })
  store.dispatch({ type: 'key', key: { type: 'key', key } })
}

test('network events redraw at most ten times a second, keys redraw at once, and nothing is lost', t => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 })
  t.after(() => mock.timers.reset())
  using app = openStore()
  mock.timers.tick(100)
  const before = app.redraws()
  for (let seq = 1; seq <= 500; seq++) {
    app.client.emit({ type: 'message', room: 'r1', message: messageOf(seq, 'x') })
    mock.timers.tick(2)
  }
  const caused = app.redraws() - before
  assert.ok(caused >= 9 && caused <= 11, `${caused} redraws in a second`)
  mock.timers.tick(100)
  assert.equal(chatOf(app.store).newestSeq, 500)
  const quiet = app.redraws()
  app.store.dispatch({ type: 'key', key: { type: 'text', text: 'a' } })
  app.store.dispatch({ type: 'key', key: { type: 'text', text: 'b' } })
  assert.equal(app.redraws(), quiet + 2)
  mock.timers.tick(600_000)
  assert.equal(app.redraws(), quiet + 2, 'an idle room redraws nothing')
})

test('requests reach the client, and refusals are shown as sentences', async () => {
  using app = openStore()
  press(app.store, 'hello', 'enter')
  press(app.store, "/gif '/tmp/my x.gif'", 'enter')
  assert.deepEqual(app.client.calls.slice(-2), ['send r1 hello', 'sendGif r1 /tmp/my x.gif'])
  app.client.refusals.set('sendGif', new FileError('missing', './cat.gif'))
  press(app.store, '/gif nowhere.gif', 'enter')
  await settle()
  assert.equal(
    chatOf(app.store).notice?.(environmentOf().texts),
    'There is no file ./cat.gif: check the path.',
  )
  assert.equal(chatOf(app.store).composer.editor.text, '/gif nowhere.gif', 'there to be mended')
  press(app.store, '', 'ctrl+u')
  press(app.store, '/leave', 'enter')
  assert.deepEqual(app.client.calls.slice(-2), ['leave r1', 'watchRooms'])
})

test('a new room is entered with its own password', async () => {
  using app = openStore()
  press(app.store, '/leave', 'enter')
  press(app.store, 'n', 'tab')
  press(app.store, '', 'tab')
  press(app.store, 'secret', 'enter')
  await settle()
  assert.deepEqual(app.client.calls.slice(-2), [
    'createRoom {"title":"brave otters sing","max":10,"password":"secret"}',
    'join new1 {"isPatient":true,"password":"secret"}',
  ])
})

test('a refused join returns to the lobby and shows the reason', async () => {
  using app = openStore()
  press(app.store, '/leave', 'enter')
  app.client.emit({ type: 'rooms', rooms: [roomOf('r9')] })
  app.client.refusals.set('join', new RequestError('roomFull', 'full'))
  press(app.store, '', 'enter')
  await settle()
  assert.equal(app.store.getState().screen.name, 'lobby')
  assert.match(app.store.getState().notice?.(environmentOf().texts) ?? '', /full/)
})

test('text from the network is plain before anything else sees it', () => {
  using app = openStore()
  const evil = '\x1b]0;owned\x07\x1b[2Jhi\u202e'
  app.client.emit(
    joinedOf(roomOf('r2', { title: evil }), [
      messageOf(1, evil),
      gifMessageOf(2, ME, { ...GIF, name: evil }),
    ]),
  )
  app.store.dispatch({ type: 'tick' })
  const { room, entries } = chatOf(app.store)
  assert.equal(room.title, 'hi')
  const [first, second] = entries.filter(entry => entry.kind === 'message').map(entry => entry.message)
  assert.ok(first !== undefined && 'text' in first && first.text === 'hi')
  assert.ok(second !== undefined && 'gif' in second && second.gif.name === 'hi')
})

test('a GIF is fetched and becomes a picture, or the reason why not is shown', async () => {
  const loaded: number[] = []
  const stage: GifStage = {
    ...textStage(process.stdout),
    graphics: 'truecolor',
    loadGif: bytes => {
      loaded.push(bytes.length)
      return Promise.resolve({ id: 1, columns: 4, rows: 2 })
    },
    holdsPicture: () => true,
  }
  using app = openStore(stage)
  app.client.gifBytes = new Uint8Array(5)
  app.store.dispatch({ type: 'gifsMissing', gifs: [GIF] })
  await settle()
  assert.deepEqual(loaded, [5])
  assert.equal(chatOf(app.store).pictures.get(GIF.id)?.state, 'ready')
  app.client.refusals.set('awaitGif', new RequestError('noSuchGif', 'gone'))
  app.store.dispatch({ type: 'gifsMissing', gifs: [{ ...GIF, id: 'B'.repeat(22) }] })
  await settle()
  assert.equal(chatOf(app.store).pictures.get('B'.repeat(22))?.state, 'broken')
})

test('the app ends when the user or the process asks it to quit', async () => {
  using app = openStore()
  press(app.store, '', 'ctrl+c')
  await app.store.ended
  using other = openStore()
  other.store.quit()
  await other.store.ended
})
