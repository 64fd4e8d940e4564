import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { en, type Texts } from '../../../cli/i18n/en.ts'
import { ko } from '../../../cli/i18n/ko.ts'
import { durationInWords } from '../../../cli/i18n/numbers.ts'
import { foreignCodesetOf, localeOf, textsForLocale } from '../../../cli/i18n/pick-texts.ts'
import { ERROR_CODE_NAMES } from '../../../protocol/error-codes.ts'

/** Every text of a catalogue by its path; functions are left as they are. */
function entriesOf(value: unknown, path = ''): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => entriesOf(inner, `${path}.${key}`))
}

test('Korean has every text that English has, translated', () => {
  const [english, korean] = [new Map(entriesOf(en)), new Map(entriesOf(ko))]
  assert.deepEqual([...korean.keys()].toSorted(), [...english.keys()].toSorted())
  for (const [path, text] of korean) {
    if (typeof text !== 'string') continue
    assert.notEqual(text.trim(), '', path)
    if (/[a-z]{3}/.test(String(english.get(path))) && !/usage|\.0$/.test(path))
      assert.match(text, /\p{Script=Hangul}/u, path)
  }
})

test('every refusal has a sentence in each language', () => {
  for (const texts of [en, ko]) {
    for (const code of ERROR_CODE_NAMES) {
      for (const retryAfterMs of [undefined, 1_500]) {
        const sentence = texts.refusals[code]({ retryAfterMs, message: 'why' })
        assert.match(sentence, /\S/, code)
        assert.doesNotMatch(sentence, /undefined|NaN/, code)
      }
    }
  }
})

test('counts and names are worded correctly', () => {
  const say = ({ chat }: Texts) => [
    chat.cameIn(['#A'], 0),
    chat.cameIn(['#A', '#B'], 3),
    chat.who(1),
    chat.who(2),
  ]
  assert.deepEqual(say(en), ['#A came in', '#A, #B, and 3 more came in', '1 person here:', '2 people here:'])
  assert.deepEqual(say(ko), [
    '#A님이 입장하셨습니다.',
    '#A님, #B님 외 3명이 입장하셨습니다.',
    '1명이 있습니다:',
    '2명이 있습니다:',
  ])
})

test('times are whole units, at least one second', () => {
  assert.deepEqual(
    [0, 1_001, 61_000, 7_300_000, 90_000_000].map(ms => durationInWords('en', ms)),
    ['1 sec', '2 sec', '1 min', '2 hr', '1 day'],
  )
  assert.equal(durationInWords('ko', 3_000), '3초')
})

test('the language is the option, else the first locale variable that is set, else English', () => {
  assert.equal(textsForLocale(localeOf({ LANG: 'ko_KR.UTF-8' })), ko)
  assert.equal(textsForLocale(localeOf({ LANG: 'ko_KR.eucKR' })), en)
  assert.equal(foreignCodesetOf({ LC_ALL: '', LC_CTYPE: 'ko_KR.eucKR', LANG: 'ko_KR.UTF-8' }), 'eucKR')
  for (const LANG of ['ko_KR.UTF-8', 'ko_KR.utf8', 'ko_KR', 'C', ''])
    assert.equal(foreignCodesetOf({ LANG }), undefined)
  assert.equal(textsForLocale(localeOf({ LC_ALL: '', LC_MESSAGES: 'en_US', LANG: 'ko_KR' })), en)
  assert.equal(textsForLocale(localeOf({ LC_ALL: 'ko', LANG: 'en' })), ko)
  assert.equal(textsForLocale(localeOf({ LANG: 'ko' }, 'en')), en)
  assert.equal(textsForLocale(localeOf({ LANG: 'kok_IN' })), en)
  assert.equal(textsForLocale(localeOf({})), en)
})

test('every text that a person reads is in a catalogue', () => {
  const root = join(import.meta.dirname, '../../..')
  const files = globSync('cli/{app,commands,frontend,linear,text,ui}/**/*.{ts,tsx}', { cwd: root })
  const shown = /(?:\btext: |\.write\(|UsageError\()\s*(?:'([^'\n]*)'|`([^`]*)`)/g
  const foreign = files.flatMap(file =>
    Array.from(readFileSync(join(root, file), 'utf8').matchAll(shown), ([, plain, template]) =>
      (plain ?? template ?? '').replace(/\$\{[^}]*(?:\}|$)/g, ''),
    )
      // Names are the same in every language.
      .map(text => text.replace(/gifchat( join)?|GIF|\\n/g, ''))
      .filter(text => /\p{L}{2}/u.test(text))
      .map(text => `${file}: ${text}`),
  )
  assert.ok(files.length > 50)
  assert.deepEqual(foreign, [])
})
