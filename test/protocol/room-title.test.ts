import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { LIMITS } from '../../protocol/limits.ts'
import { titleSchema } from '../../protocol/model.ts'

const titleOf = (title: string): string => titleSchema.parse(title)
const isRefused = (title: string): boolean => !titleSchema.safeParse(title).success

/** One of each kind that is never seen. */
const HIDDEN = [
  '\u0000', // a control character
  '\u007F',
  '\u009B', // CSI
  '\u00AD', // soft hyphen
  '\u034F', // combining grapheme joiner
  '\u061C', // bidi: Arabic letter mark
  '\u115F', // filler of Hangul
  '\u1160',
  '\u17B4', // inherent vowel of Khmer
  '\u180E', // vowel separator of Mongolian
  '\u200B', // zero width space
  '\u200E', // bidi mark
  '\u202E', // bidi override
  '\u2060', // word joiner
  '\u2063', // invisible separator
  '\u2066', // bidi isolate
  '\u206F',
  '\u3164', // filler of Hangul
  '\uFE00', // variation selector
  '\uFE0E',
  '\uFEFF', // zero width no-break space
  '\uFFA0', // half width filler
  '\uFFF9', // interlinear annotation
  '\u{1BCA0}', // shorthand format control
  '\u{1D173}', // begin beam
  '\u{E0001}', // language tag
  '\u{E0100}', // variation selector
] as const
/** Seen in some places and in others not. */
const JOINTS = ['\u200C', '\u200D', '\uFE0F', '\u{E0067}', '\u{E007F}'] as const

/** What must come out as it went in. */
const RIGHT = {
  Korean: '한글 방 제목, 옛글 ᄒᆞᆫ글',
  Persian: 'می‌خواهم و نمی‌شود',
  'Persian, the abbreviation of a year': '۱۴۰۵ ه‍ ش',
  Hindi: 'क्‍ष और क्‌ष',
  Bengali: 'র‍্যালি ও কর্ম',
  Sinhala: 'ශ්‍රී ලංකා',
  Malayalam: 'ന്‍',
  Arabic: 'سلام عليكم',
  Thai: 'ห้องสนทนา',
  'family and job': '👨‍👩‍👧‍👦 👩🏽‍💻 🧑‍🚒',
  'signs as emoji': '❤️ ☎️ ℹ️ ©️',
  'signs as text': '❤ ☎ © 1 # *',
  keycaps: '1️⃣ #️⃣',
  'joined signs': '❤️‍🔥 🏳️‍🌈 🏴‍☠️ 👁️‍🗨️ 🏳️‍⚧️ ⛹🏽‍♀️ 🕵️‍♂️',
  flags: '🇰🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿',
} as const

describe('R2: in a title stays', () => {
  for (const [name, title] of Object.entries(RIGHT))
    test(`${name}: ${title}`, () => assert.equal(titleOf(title), title.normalize('NFC')))
})

describe('R2: a title loses', () => {
  test('what nobody sees, before, between and behind, and where two of them meet', () => {
    for (const hidden of HIDDEN) {
      const name = `U+${hidden.codePointAt(0)?.toString(16)}`
      assert.equal(titleOf(`${hidden}lu${hidden}${hidden}nch ${hidden} room${hidden}`), 'lunch room', name)
      assert.ok(isRefused(hidden), name)
    }
  })

  test('joiners, looks of emoji and tags, where they show nothing', () => {
    for (const joint of JOINTS) {
      assert.equal(titleOf(`${joint}lu${joint}nch ${joint} 점${joint}심${joint}`), 'lunch 점심')
      assert.equal(titleOf(`😀${joint}😀${joint}`), '😀😀')
      assert.equal(titleOf(`دا${joint}ر`), 'دار')
      assert.equal(titleOf(`क${joint}ख`), 'कख')
      assert.ok(isRefused(joint))
    }
    assert.equal(titleOf('1\uFE0F'), '1')
    assert.equal(titleOf('س\u200Dلام'), 'سلام')
    assert.equal(titleOf('می\u200C\u200C\u200D\uFE0Fخواهم'), 'می‌خواهم')
    assert.equal(titleOf('🏴\u{E0067}\u{E0062}'), '🏴')
  })

  test('no more than there is in 600 characters', () => {
    assert.equal(titleOf(`${'\u200B'.repeat(599)}x`), 'x')
    assert.ok(isRefused(`${'\u200B'.repeat(600)}x`))
  })

  test('what differs in code and not to the eye', () => {
    assert.equal(titleOf('cafe\u0301'), 'café')
    assert.equal(titleOf('cafe\u200B\u0301'), 'café')
    assert.equal(titleOf('한글'.normalize('NFD')), '한글')
    assert.equal(titleOf('a\u00A0b\u3000c\u2800d\u0085e'), 'a b c d e')
    assert.equal(titleOf('👁‍🗨 👩‍⚕'), '👁️‍🗨️ 👩‍⚕️')
    assert.ok(isRefused('\u2800\u3000'))
  })
})

/** Texts of all of these, which is where one place can be taken for another. */
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...Object.values(RIGHT).flatMap(title => [...title])) },
  { weight: 3, arbitrary: fc.constantFrom(...Object.values(RIGHT).flatMap(title => title.split(' '))) },
  { weight: 1, arbitrary: fc.constantFrom(...HIDDEN, ...JOINTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 1 }) },
)
const mixed = fc.array(piece, { maxLength: 30 })

describe('R2: of any two titles', () => {
  const clean = (text: string) => titleSchema.safeParse(text).data

  test('that differ only in what nobody sees, both are the same', () => {
    const hidden = fc.array(fc.constantFrom('', '', ...HIDDEN), { minLength: 31, maxLength: 31 })
    fc.assert(
      fc.property(mixed, hidden, (pieces, between) => {
        const other = pieces.map((text, index) => between[index] + text).join('') + between[pieces.length]
        assert.equal(clean(other), clean(pieces.join('')))
      }),
      { numRuns: 5_000 },
    )
  })

  test('the door changes none that has passed it, and keeps its limits', () => {
    fc.assert(
      fc.property(mixed, pieces => {
        const title = clean(pieces.join(''))
        if (title === undefined) return
        assert.equal(clean(title), title)
        assert.equal(title.normalize('NFC'), title)
        assert.ok([...title].length <= LIMITS.titleLength)
        assert.match(title, /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u)
      }),
      { numRuns: 5_000 },
    )
  })

  test('a joint more or less between any two characters of a word makes no other title', () => {
    const word = fc.constantFrom('lunch', '점심', 'сало', '昼ご飯', 'café', '😀👍🏽', '12#*')
    fc.assert(
      fc.property(
        word,
        fc.array(fc.constantFrom('', ...JOINTS), { minLength: 9, maxLength: 9 }),
        (text, joints) => {
          const other = [...text].map((character, index) => character + joints[index]).join('')
          assert.equal(clean(joints[8] + other), clean(text))
        },
      ),
    )
  })
})
