import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { listGifFiles } from '../../../cli/files/gif-file-listing.ts'

test('a directory is listed with its GIFs and their sizes before its directories', async t => {
  const home = await mkdtemp(join(tmpdir(), 'gifchat-listing-'))
  t.after(() => rm(home, { recursive: true }))
  await mkdir(join(home, 'my pics'))
  await mkdir(join(home, 'folder.gif'))
  for (const [name, text] of [
    ['cat10.gif', 'x'],
    ['cat2.GIF', 'xy'],
    ['notes.txt', ''],
  ] as const)
    await writeFile(join(home, name), text)
  await symlink(join(home, 'my pics'), join(home, 'link'))
  await symlink(join(home, 'nowhere'), join(home, 'broken.gif'))
  assert.deepEqual(await listGifFiles(`"${home}/"`, new AbortController().signal), [
    { kind: 'gif', name: 'broken.gif', bytes: undefined },
    { kind: 'gif', name: 'cat2.GIF', bytes: 2 },
    { kind: 'gif', name: 'cat10.gif', bytes: 1 },
    { kind: 'directory', name: 'folder.gif' },
    { kind: 'directory', name: 'link' },
    { kind: 'directory', name: 'my pics' },
  ])
  await assert.rejects(listGifFiles(`${home}/cat2.GIF`, new AbortController().signal))
  await assert.rejects(listGifFiles(home, AbortSignal.abort()), { name: 'AbortError' })
})
