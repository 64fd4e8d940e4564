import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { droppedGifPaths } from '../../../../cli/app/model/completion/dropped-files.ts'
import { gifPathsOf } from '../../../../cli/app/model/completion/slash-commands.ts'

describe('dropped files', () => {
  test('one is known in each form in which terminals paste it', () => {
    for (const path of [
      '/a/b.gif',
      '/a/my b.gif',
      '~/b.GIF',
      "'/a/b c.gif'",
      "'/a/it'\\''s.gif'",
      "/a/it's.gif",
      '/a/b\\ c.gif',
      '"/a/b.gif"',
      './b.gif',
      '../b.gif',
      'file:///a/b.gif',
      'C:\\b.gif',
    ])
      assert.deepEqual(droppedGifPaths(` ${path} \n`), [path])
  })

  test('several are known side by side and a line each', () => {
    for (const [pasted, paths] of [
      ["'/a/b c.gif' '/d.gif' ", ["'/a/b c.gif'", "'/d.gif'"]],
      ['/a/b\\ c.gif /d.gif', ['/a/b\\ c.gif', '/d.gif']],
      ['/a/b c.gif\n/d.gif\n', ['/a/b c.gif', '/d.gif']],
      ['file:///a.gif\nfile:///b.gif', ['file:///a.gif', 'file:///b.gif']],
      ['"C:\\b c.gif" "C:\\d.gif"', ['"C:\\b c.gif"', '"C:\\d.gif"']],
    ] as const)
      assert.deepEqual(droppedGifPaths(pasted), paths)
  })

  test('other texts are none', () => {
    for (const text of [
      '',
      'b.gif is nice',
      'see /a/b.gif now',
      '/a/b.png',
      '/a.gif\nlook',
      '/a.gif b.gif c',
    ])
      assert.deepEqual(droppedGifPaths(text), [])
  })

  test('become a command each, and a text below a path stays a part of it', () => {
    assert.deepEqual(gifPathsOf("'/a b.gif'\n/gif /c.gif\n/움짤 /d.gif"), ["'/a b.gif'", '/c.gif', '/d.gif'])
    assert.deepEqual(gifPathsOf('/a.gif\nlook'), ['/a.gif\nlook'])
  })
})
