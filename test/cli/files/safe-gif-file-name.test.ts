import assert from 'node:assert/strict'
import { test } from 'node:test'
import { safeGifFileName } from '../../../cli/files/safe-gif-file-name.ts'

test('a name is offered that no shell and no file system minds', () => {
  for (const [name, safe] of [
    ['cat.gif', 'cat.gif'],
    ['My Party (1).GIF', 'My-Party-1.gif'],
    ['../../.ssh/config', 'ssh-config.gif'],
    ['C:\\evil "name".gif', 'C-evil-name.gif'],
    ['고양이 춤.gif', '고양이-춤.gif'],
    ['\u202e$(rm -rf ~)\n', 'rm-rf.gif'],
    ['', 'party.gif'],
    ['....gif', 'party.gif'],
  ] as const)
    assert.equal(safeGifFileName(name), safe)
})
