import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { judgeInChromium } from './chromium-judge.ts'
import { verdictOf } from './examine-gif.ts'
import { madeGifs } from './made-gifs.ts'
import { differencesOf } from './verdict.ts'

const isRequired = process.env.GIFCHAT_REQUIRE_SERVICES === '1'
const isThere = spawnSync('chromium', ['--version']).status === 0

test('G3 Chromium shows 400 made GIFs as gifchat does', {
  skip: isThere || isRequired ? false : 'there is no chromium here',
}, async () => {
  const gifs = madeGifs(400)
  const differing: string[] = []
  let index = 0
  for await (const theirs of judgeInChromium(gifs.length, async at => gifs[at]?.bytes ?? Buffer.alloc(0))) {
    const { name = '', bytes = Buffer.alloc(0) } = gifs[index++] ?? {}
    for (const difference of differencesOf(verdictOf(bytes), theirs)) differing.push(`${name}: ${difference}`)
  }
  assert.equal(index, 400)
  assert.deepEqual(differing, [])
})
