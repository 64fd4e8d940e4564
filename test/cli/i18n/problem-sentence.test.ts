import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServerUnreachableError } from '../../../cli/connection/client-events.ts'
import { FileError } from '../../../cli/files/file-error.ts'
import { GifError } from '../../../cli/gif/gif-stage.ts'
import { en } from '../../../cli/i18n/en.ts'
import { ko } from '../../../cli/i18n/ko.ts'
import { problemSentence } from '../../../cli/i18n/problem-sentence.ts'
import { problemTexts } from '../../../cli/i18n/problem-texts.en.ts'
import { type AddressProblem, ServerAddressError } from '../../../cli/identity/server-address.ts'
import { GIF_REFUSALS, GifRefusal, type GifRefusalReason } from '../../../gif/gif-refusal.ts'
import { RequestError } from '../../../protocol/error-codes.ts'

/** The keys of a record of reasons, as their own type. */
const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>) => Object.keys(record) as Key[]

const REFUSALS = keysOf<GifRefusalReason>(GIF_REFUSALS)

const PROBLEMS: readonly Error[] = [
  ...[...REFUSALS, ...keysOf(problemTexts.file)].map(reason => new FileError(reason, './c\x1b[2Jat.gif')),
  new FileError('tooLarge', './cat.gif', { bytes: 7_000_000, mostBytes: 5_000_000 }),
  ...[...REFUSALS, 'tooSlow' as const, 'decoderFailed' as const, 'notShown' as const].map(
    reason => new GifError(reason),
  ),
  ...keysOf(problemTexts.unreachable).map(reason => new ServerUnreachableError(reason, 'ws://host:1')),
  ...keysOf<AddressProblem>(problemTexts.address).map(
    problem => new ServerAddressError(problem, 'a\x1b]0;b\x07c'),
  ),
  ...REFUSALS.map(reason => new RequestError('invalidGif', new GifRefusal(reason).message, { reason })),
]

test('every problem has a sentence in both languages that is safe to print', () => {
  for (const error of PROBLEMS) {
    const [english, korean] = [problemSentence(error)(en), problemSentence(error)(ko)]
    for (const sentence of [english, korean]) {
      assert.doesNotMatch(sentence, /\p{Cc}|undefined/u)
      assert.match(sentence, /[.:]/)
    }
    assert.doesNotMatch(english, /\p{Script=Hangul}/u)
    assert.match(korean, /\p{Script=Hangul}/u, english)
    // Beyond names, addresses and abbreviations, nothing in a Korean sentence is English.
    assert.doesNotMatch(korean, /\b(?:the|is|not|too|and|must)\b/i)
  }
})

test('a server that refuses a GIF is quoted in the language of the reader', () => {
  // Its words may be those of another version, so that only the reason counts.
  const refusal = new RequestError('invalidGif', 'it ends too soon', { reason: 'truncated' })
  assert.equal(
    problemSentence(refusal)(ko),
    `GIF를 받을 수 없습니다: ${ko.problems.gif.truncated.slice(0, -1)}`,
  )
})
