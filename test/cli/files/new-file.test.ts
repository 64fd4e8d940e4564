import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeNewFile } from '../../../cli/files/new-file.ts'

test('a file is written whole, and what is there is never overwritten', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-new-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = (name: string) => join(directory, name)
  assert.equal(await writeNewFile(path('cat.gif'), Buffer.from('GIF89a')), path('cat.gif'))
  assert.equal(await readFile(path('cat.gif'), 'utf8'), 'GIF89a')

  await writeFile(path('mine.gif'), 'precious')
  await symlink(path('nowhere'), path('dangling.gif'))
  await mkdir(path('folder'))
  const refusals = {
    'mine.gif': 'exists',
    'dangling.gif': 'exists',
    folder: 'exists',
    'nowhere/cat.gif': 'noDirectory',
    'mine.gif/cat.gif': 'noDirectory',
    [`${'x'.repeat(300)}.gif`]: 'noDirectory',
  }
  for (const [name, reason] of Object.entries(refusals)) {
    const refused = { name: 'FileError', reason, path: path(name) }
    await assert.rejects(writeNewFile(path(name), Buffer.from('GIF89a')), refused)
  }
  assert.equal(await readFile(path('mine.gif'), 'utf8'), 'precious')
  assert.deepEqual(await readdir(directory), ['cat.gif', 'dangling.gif', 'folder', 'mine.gif'])
})
