import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { digestVerdict } from './digest-verdict.ts'
import { verdictOf } from './examine-gif.ts'
import { madeGifs } from './made-gifs.ts'

/**
 * What gifchat made of each file when Chromium 156 saw the same in all of them, as
 * `npm run gif-corpus -- --made 400 --judge chromium` tells. It takes a browser to change this.
 */
const VERDICTS: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('./verdicts.json', import.meta.url), 'utf8'),
)

test('G3 400 made GIFs, with every rule of browsers, are shown as Chromium shows them', () => {
  const seen = Object.fromEntries(
    madeGifs(Object.keys(VERDICTS).length).map(({ name, bytes }) => [name, digestVerdict(verdictOf(bytes))]),
  )
  assert.equal(Object.keys(seen).length, 400)
  assert.deepEqual(seen, VERDICTS)
})
