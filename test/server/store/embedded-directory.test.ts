import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'node:test'
import {
  DataDirectoryError,
  DataDirectoryInUseError,
} from '../../../server/store/embedded/data-directory-error.ts'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { GIF_BYTES, gifOf, roomOf, say, show, silentLog } from './store-samples.ts'

let root: string
let directory: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gifchat-directory-'))
  directory = join(root, 'some/where')
})
afterEach(() => rmSync(root, { recursive: true }))

const open = (at = directory) => openEmbeddedStore({ directory: at, durability: 'process', log: silentLog })
const saying = (kind: new (text: string) => Error, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof kind, String(error))
  assert.match(error.message, pattern)
  assert.match(error.message, /--data or GIFCHAT_DATA\.$/)
  return true
}

test('makes the directory and its files for this user alone', async () => {
  const store = await open()
  await store.loadSecret('something to write')
  assert.equal(statSync(directory).mode & 0o777, 0o700)
  for (const file of ['gifchat.sqlite', 'gifchat.sqlite-wal', 'gifchat.journal']) {
    assert.equal(statSync(join(directory, file)).mode & 0o777, 0o600, file)
  }
  await store.close()
})

test('a second server is refused while the first lives, and welcome after', async () => {
  const first = await open()
  await assert.rejects(
    open(),
    saying(DataDirectoryInUseError, /^Another gifchat server is using .*some\/where/),
  )
  await first.ping()
  await first.close()
  await (await open()).close()
})

test('a server killed with SIGKILL keeps nobody out, and what it acked is there', async () => {
  const program = join(import.meta.dirname, 'embedded-process.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', program, 'append', directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let acked = 0
  for await (const line of createInterface(child.stdout)) {
    acked = Number(line)
    if (acked !== 100) continue
    await assert.rejects(open(), DataDirectoryInUseError)
    child.kill('SIGKILL')
  }
  if (child.signalCode === null) await once(child, 'exit')
  assert.ok(acked >= 100)
  const store = await open()
  const messages = await store.readMessages('killed', { limit: 1_000_000 })
  assert.ok(messages.length >= acked, `${messages.length} of ${acked}`)
  assert.deepEqual(
    messages.map(({ seq }) => seq),
    messages.map((_, index) => index + 1),
  )
  await store.close()
})

test('a directory that could not be opened is free for the next try', async () => {
  await (await open()).close()
  const journal = join(directory, 'gifchat.journal')
  rmSync(journal)
  mkdirSync(journal)
  await assert.rejects(open(), saying(DataDirectoryError, /^Can't use .*some\/where/))
  rmSync(journal, { recursive: true })
  await (await open()).close()
})

test('a file where the directory should be is said to be one', async () => {
  writeFileSync(join(root, 'file'), '')
  await assert.rejects(open(join(root, 'file')), saying(DataDirectoryError, /file is not a directory/))
  await assert.rejects(open(join(root, 'file/below')), saying(DataDirectoryError, /below is not a directory/))
})

test('a directory nobody may write in is said to be one', async () => {
  mkdirSync(join(root, 'locked'))
  chmodSync(join(root, 'locked'), 0o500)
  chmodSync(root, 0o755)
  const user = process.geteuid?.()
  if (user === 0) process.seteuid?.(65_534) // root may write everywhere
  try {
    const pattern = /^gifchat may not write in .*locked/
    await assert.rejects(open(join(root, 'locked')), saying(DataDirectoryError, pattern))
    await assert.rejects(open(join(root, 'locked/below')), saying(DataDirectoryError, pattern))
  } finally {
    if (user === 0) process.seteuid?.(0)
  }
})

test('a file that is not a database of gifchat is left as it is', async () => {
  mkdirSync(directory, { recursive: true })
  const file = join(directory, 'gifchat.sqlite')
  writeFileSync(file, 'a letter to my aunt, long enough to be read as a header by anybody who looks at it')
  await assert.rejects(open(), saying(DataDirectoryError, /gifchat\.sqlite is not a database/))
  rmSync(file)
  const foreign = new DatabaseSync(file)
  foreign.exec('CREATE TABLE recipes (name TEXT)')
  foreign.close()
  await assert.rejects(open(), saying(DataDirectoryError, /gifchat\.sqlite is not a database of gifchat/))
})

/** What a file of version 2 had for a room, beside its GIFs; in version 1 there were no replies. */
const OLD_MESSAGES = `
  CREATE TABLE messages_1 (
    seq INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL,
    user_color TEXT NOT NULL,
    client_message_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    text TEXT,
    gif TEXT,
    reply_to INTEGER,
    UNIQUE (user_id, client_message_id)
  ) STRICT`

for (const version of [1, 2]) {
  test(`a file of version ${version} is brought up to this one with all that is in it`, async () => {
    const store = await open()
    await store.createRoom(roomOf('old'))
    const shown = { ...gifOf('s', GIF_BYTES), name: '파티.gif' }
    for (const gif of [shown, gifOf('u', GIF_BYTES)]) await store.saveGif('old', gif, GIF_BYTES)
    await store.close()
    const database = new DatabaseSync(join(directory, 'gifchat.sqlite'))
    database.exec(
      `${OLD_MESSAGES}; DROP TABLE segments_1; DROP TABLE sent_1; PRAGMA user_version = ${version}`,
    )
    const insert = database.prepare('INSERT INTO messages_1 VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    const said = Array.from({ length: 2_500 }, (_, index) => ({
      seq: index + 1,
      ...(index === 7 ? show(shown, 'a gif') : say(`${index} before\u0000after 한국어`, `id ${index}\u0000`)),
      ...(version === 2 && index === 9 && { replyTo: 3 }),
    }))
    for (const { seq, user, clientMessageId, createdAt, replyTo = null, ...body } of said) {
      const text = 'text' in body ? body.text : null
      const gif = 'gif' in body ? JSON.stringify(body.gif) : null
      insert.run(seq, user.id, user.color, clientMessageId, createdAt, text, gif, replyTo)
    }
    if (version === 1) database.exec('ALTER TABLE messages_1 DROP COLUMN reply_to')
    database.close()
    const upgraded = await open()
    await upgraded.recover()
    assert.deepEqual(
      (await upgraded.findRooms()).map(({ id, lastSeq, gifBytes }) => ({ id, lastSeq, gifBytes })),
      [{ id: 'old', lastSeq: said.length, gifBytes: shown.bytes }],
    )
    assert.deepEqual(await upgraded.readMessages('old', { limit: 10_000 }), said)
    const again = [...said.slice(0, 3), { ...say('after', 'new'), replyTo: 1 }]
    const [outcomes] = await upgraded.appendMessages([
      {
        room: 'old',
        firstSeq: said.length + 1,
        messages: again.map(message => ({ ...message, seq: undefined })),
      },
    ])
    assert.deepEqual(
      outcomes?.map(({ seq, isDuplicate }) => [seq, isDuplicate]),
      [
        [1, true],
        [2, true],
        [3, true],
        [said.length + 1, false],
      ],
    )
    await upgraded.close()
    await (await open()).close()
  })
}

test('a file of version 3, which had no journal, is brought up to this one, which that gifchat refuses', async () => {
  const store = await open()
  await store.createRoom(roomOf('old'))
  await store.appendMessages([{ room: 'old', firstSeq: 1, messages: [say('said', '1')] }])
  await store.close()
  const file = join(directory, 'gifchat.sqlite')
  const database = new DatabaseSync(file)
  database.exec('PRAGMA user_version = 3')
  database.close()
  rmSync(join(directory, 'gifchat.journal'))
  const upgraded = await open()
  assert.equal((await upgraded.readMessages('old', { limit: 10 })).length, 1)
  await upgraded.close()
  const after = new DatabaseSync(file)
  assert.ok(Number(after.prepare('PRAGMA user_version').get()?.user_version) > 3)
  after.close()
})

test('a file of a newer gifchat is refused', async () => {
  await (await open()).close()
  const database = new DatabaseSync(join(directory, 'gifchat.sqlite'))
  database.exec('PRAGMA user_version = 999')
  database.close()
  await assert.rejects(open(), saying(DataDirectoryError, /newer gifchat \(schema 999, .*upgrade gifchat/))
})
