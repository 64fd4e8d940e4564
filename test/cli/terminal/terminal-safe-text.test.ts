import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { terminalSafeText } from '../../../cli/terminal/terminal-safe-text.ts'

/** Input, expected output, and why the pair is tested. */
type Case = readonly [input: string, output: string, why: string]

const SEQUENCES: readonly Case[] = [
  ['a\x1b[31mb\x1b[0mc', 'abc', 'colour'],
  ['a\x1b[2J\x1b[Hb', 'ab', 'clearing the screen'],
  ['a\x1b[?1049lb', 'ab', 'leaving the alternate screen'],
  ['a\x9b31mb', 'ab', 'CSI as one character (ssh-chat)'],
  ['a\x1b[31', 'a', 'a control sequence without an end'],
  ['\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\', 'here', 'OSC 8: a link that lies'],
  ['\x1b]8;;https://evil.example\x07here\x1b]8;;\x07', 'here', 'OSC 8, ended by BEL'],
  ['a\x1b]52;c;cm0gLXJmIH4=\x07b', 'ab', 'OSC 52: writing the clipboard'],
  ['a\x9d52;c;?\x9cb', 'ab', 'OSC 52 with one-character introducers'],
  ['a\x1b]0;title\x07b', 'ab', 'the window title'],
  ['a\x1bP$q"p\x1b\\b', 'ab', 'a DCS query, which the terminal would type an answer to'],
  ['a\x90q#0\x9cb', 'ab', 'sixel'],
  ['a\x1b_Ga=T,f=32;AAAA\x1b\\b', 'ab', 'APC: a kitty picture'],
  ['a\x1b^x\x1b\\b\x1bXy\x1b\\c', 'abc', 'PM and SOS'],
  ['a\x1b]0;never ends, and all of this is in it', 'a', 'an OSC without an end'],
  ['a\x1b]0;x\x1b[31mb', 'ab', 'an OSC cut short by another escape'],
  ['a\x1b]0;x\x18b', 'ab', 'an OSC cancelled'],
  ['a\x1bcb\x1b7c\x1b(0d', 'abcd', 'short escapes: reset, save, another alphabet'],
  ['a\x1b', 'a', 'an escape at the end'],
  ['\x1b\x1b[31m[31m', '[31m', 'what is left over makes no new sequence'],
  ['a\x00\x07\x08\x0e\x7fb', 'ab', 'NUL, bell, backspace, shift, delete'],
  ['a\x85b\x84c', 'a bc', 'C1: next line, index'],
  ['a\u{10EEEE}\u0305\u0305b', 'ab', 'the cell of a picture'],
]

const SPOOFS: readonly Case[] = [
  ['abc\u202edcba', 'abcdcba', 'right-to-left override'],
  ['\u2066a\u2069\u200eb\u061c', 'ab', 'isolates and marks of direction'],
  ['ad\u200bmin\u2060\ufeff\u00ad\u034f', 'admin', 'a name with something invisible in it'],
  ['a\u3164\uffa0\u115f\u1160b', 'ab', 'fillers that look like nothing'],
  ['a\ufe0fb\u{e0100}', 'ab', 'variation selectors after what has no variants'],
  ['a\u{e0041}\u{e0042}b', 'ab', 'tags'],
  ['a\u200db\u200cc', 'abc', 'joiners between letters that do not join'],
  ['a\ud800b\udc00c', 'abc', 'halves of pairs'],
  ['a\uffffb\ufdd0', 'ab', 'what is no character'],
  ['\u0301abc', 'abc', 'a mark that would sit on what is not part of the text'],
  [`z${'\u0337'.repeat(500)}`, `z${'\u0337'.repeat(4)}`, 'a tower of marks'],
  ['\u1100'.repeat(500), '\u1100'.repeat(3), 'a tower of letters'],
  [
    Array(50).fill('👩').join('\u200d'),
    `${`${Array(4).fill('👩').join('\u200d')}`.repeat(12)}👩\u200d👩`,
    'an endless family',
  ],
]

const LANGUAGES: readonly Case[] = [
  ['안녕하세요', '안녕하세요', 'Hangul'],
  ['각'.normalize('NFD'), '각', 'Hangul in letters becomes a syllable'],
  ['ᄒᆞᆫ글', 'ᄒᆞᆫ글', 'old Hangul stays in letters'],
  ['\u115f\u1161', '\u115f\u1161', 'a syllable without its first letter'],
  ['ที่นี่ น้ำ', 'ที่นี่ น้ำ', 'Thai'],
  ['क्‍ष हिन्दी', 'क्‍ष हिन्दी', 'Hindi, with a joiner'],
  ['می‌خواهم', 'می‌خواهم', 'Persian, with a non-joiner'],
  ['Tiếng Việt'.normalize('NFD'), 'Tiếng Việt', 'Vietnamese is composed'],
  ['שָׁלוֹם', 'שָׁלוֹם'.normalize('NFC'), 'Hebrew with points'],
  ['葛󠄀', '葛󠄀', 'a Han character in one of its shapes'],
  ['👩‍👩‍👧‍👦 ❤️ 👍🏽 1️⃣ 🏳️‍🌈', '👩‍👩‍👧‍👦 ❤️ 👍🏽 1️⃣ 🏳️‍🌈', 'emoji'],
  ['🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇰🇷 ☺︎', '🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇰🇷 ☺︎', 'flags, and an emoji as text'],
  ['naïve — “q” 3×4 ½', 'naïve — “q” 3×4 ½', 'ordinary text'],
]

function each(cases: readonly Case[]): void {
  for (const [input, output, why] of cases) {
    it(why, () => {
      assert.equal(terminalSafeText(input), output)
    })
  }
}

describe('terminalSafeText removes what a terminal would act on', () => each(SEQUENCES))
describe('terminalSafeText removes what deceives the reader', () => each(SPOOFS))
describe('terminalSafeText leaves languages as they are written', () => each(LANGUAGES))

describe('terminalSafeText', () => {
  it('keeps one line in one line, and tabs and line breaks only where allowed', () => {
    const text = 'a\r\nb\nc\rd\u2028e\x85f\tg'
    assert.equal(terminalSafeText(text), 'a b c d e f    g')
    assert.equal(terminalSafeText(text, { multiline: true }), 'a\nb\nc\nd\ne\nf\tg')
  })

  it('removes marks at the beginning of each line', () => {
    assert.equal(terminalSafeText('a\n\u0301b', { multiline: true }), 'a\nb')
  })

  const pieces = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      ...[
        '\x1b',
        '\x1b[',
        '\x9b',
        '\x1b]',
        '\x9d',
        '\x1bP',
        '\x07',
        '\x1b\\',
        '\x9c',
        '0m',
        ';',
        '\r',
        '\n',
        '\t',
        'e',
      ],
      ...[
        '\u200d',
        '\u200c',
        '\ufe0f',
        '👩',
        '❤',
        '🏴',
        '\u{e0067}',
        '\u{e007f}',
        'क',
        '\u094d',
        'ق',
        '\u0301',
        '漢',
      ],
      ...[
        '\u1100',
        '\u1160',
        '\u115f',
        '\u1161',
        '\u11a8',
        '\u{e0100}',
        '\u{10eeee}',
        '\u202e',
        '1',
        '\u20e3',
        '\ud83d',
      ],
    ),
  )
  const texts = fc.array(pieces, { maxLength: 30 }).map(parts => parts.join(''))

  it('lets no control, lone surrogate or picture cell through, and a second call changes nothing', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, multiline) => {
        const plain = terminalSafeText(text, { multiline })
        assert.doesNotMatch(
          plain.replaceAll(/[\n\t]/g, ''),
          /[\p{Control}\p{Surrogate}\p{Bidi_Control}\u{10EEEE}]/u,
        )
        if (!multiline) assert.doesNotMatch(plain, /[\n\t]/)
        assert.doesNotMatch(plain, /\p{M}{5}|^\p{M}/mu)
        assert.equal(plain, plain.normalize('NFC'))
        assert.equal(terminalSafeText(plain, { multiline }), plain)
      }),
      { numRuns: 3000 },
    )
  })

  it('takes linear time for hostile text', () => {
    // Each of these would hang a pattern that backtracks.
    for (const piece of [
      '\x1b]',
      '\x9b0;',
      '\x1b ',
      '\u0301',
      '👩\u200d',
      '\u1100',
      '\u{e0067}',
      '🏴\u{e0067}',
    ]) {
      assert.ok(terminalSafeText(piece.repeat(50_000)).length <= 50_000 * piece.length)
    }
  })
})
