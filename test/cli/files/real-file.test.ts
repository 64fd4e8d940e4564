import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, test } from 'node:test'
import { checkGifFile } from '../../../cli/files/gif-file.ts'
import { listGifFiles } from '../../../cli/files/gif-file-listing.ts'
import { findRealFile, seenNameOfFile } from '../../../cli/files/real-file.ts'
import { sampleGif } from '../../support/gif-samples.ts'

const GIF = sampleGif({ width: 8, height: 8, frames: 1 })
const NFD = '한글.gif'.normalize('NFD')
const MAC_SCREENSHOT = 'Screen Recording 9.41\u202fAM.gif'
const LATIN_1 = Buffer.from('caf\u00e9.gif', 'latin1')

/** A directory with a file for each name; the file's text is its number. */
async function directoryWith(t: { after(done: () => unknown): void }, ...names: (string | Buffer)[]) {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-names-'))
  t.after(() => rm(directory, { recursive: true }))
  for (const [index, name] of names.entries())
    await writeFile(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(name)]), String(index))
  return directory
}

describe('a file is found by its name as people see it', { skip: process.platform !== 'linux' }, () => {
  test('in other code points, with another space, in Latin-1, and as a shell passes that on', async t => {
    const directory = await directoryWith(t, NFD, MAC_SCREENSHOT, LATIN_1)
    const foundBy = async (name: string) => String(await readFile(await findRealFile(join(directory, name))))
    assert.equal(await foundBy('한글.gif'), '0')
    assert.equal(await foundBy(NFD), '0')
    assert.equal(await foundBy('Screen Recording 9.41 AM.gif'), '1')
    assert.equal(await foundBy('café.gif'), '2')
    assert.equal(await foundBy('caf\ufffd.gif'), '2')
    assert.equal(seenNameOfFile(await findRealFile(join(directory, 'caf\ufffd.gif'))), 'café.gif')
    await assert.rejects(foundBy('cafe.gif'), { code: 'ENOENT' })
    assert.equal(await findRealFile(join(directory, 'none.gif')), join(directory, 'none.gif'))
  })

  test('in a directory whose name differs too, and under a relative path', async t => {
    const directory = await directoryWith(t)
    const folder = '고양이'.normalize('NFD')
    await mkdir(join(directory, folder))
    await writeFile(join(directory, folder, NFD), GIF)
    const path = join(directory, '고양이/한글.gif')
    assert.equal((await checkGifFile(path, GIF.length)).file, join(directory, folder, NFD))
    const relativePath = relative(process.cwd(), path)
    assert.ok(relativePath.startsWith('..'))
    assert.equal(
      (await checkGifFile(relativePath, GIF.length)).file,
      relative(process.cwd(), join(directory, folder, NFD)),
    )
  })

  test('the name that is exactly the same comes first', async t => {
    const directory = await directoryWith(t, NFD, '한글.gif', 'a b.gif', 'a\u202fb.gif')
    for (const [name, text] of [
      [NFD, '0'],
      ['한글.gif', '1'],
      ['a b.gif', '2'],
      ['a\u202fb.gif', '3'],
    ] as const)
      assert.equal(String(await readFile(await findRealFile(join(directory, name)))), text)
    const listed = await listGifFiles(directory, new AbortController().signal)
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['a b.gif', '한글.gif'],
    )
  })
})

test('names are listed as people see them', { skip: process.platform !== 'linux' }, async t => {
  const directory = await directoryWith(t, NFD, MAC_SCREENSHOT, LATIN_1, '\x1b[31mred.gif')
  assert.deepEqual(await listGifFiles(directory, new AbortController().signal), [
    { kind: 'gif', name: 'café.gif', bytes: 1 },
    { kind: 'gif', name: 'red.gif', bytes: 1 },
    { kind: 'gif', name: 'Screen Recording 9.41 AM.gif', bytes: 1 },
    { kind: 'gif', name: '한글.gif', bytes: 1 },
  ])
})
