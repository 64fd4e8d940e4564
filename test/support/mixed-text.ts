import fc from 'fast-check'

/**
 * Characters that break columns in some programs: Hangul in syllables and in jamo, Han, kana, emoji
 * of all kinds, marks, right-to-left and invisible characters. Left out are those whose width
 * differs between terminals: half-width kana with a mark, Indic conjuncts and spacing marks, the
 * Thai sara am and half a flag.
 */
const CHARACTERS = [
  ...'abc XYZ.,! ',
  ...'한글이입장하셨습니다',
  '\u1112\u1161\u11ab',
  ...'漢字日本ひらカナ',
  'ᄀᆞᆫ',
  'か\u3099',
  'ｶ',
  '👨‍👩‍👧‍👦',
  '👩🏽‍🚀',
  '🧑‍🤝‍🧑',
  '👩‍❤️‍💋‍👨',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '⌨️',
  '☺︎',
  '🇰🇷',
  '👋🏽',
  '❤️',
  '☺',
  '1️⃣',
  '🎉',
  'e\u0301',
  'ȩ\u0323\u0308',
  'ô\u0323',
  'สวัสดี',
  'मुझे',
  'שלום',
  'مرحبا',
  '﷽',
  'ﬃ',
  '𓀀',
  '\u200b',
  '…',
  '─',
  '\n',
]

/** Random text of these characters. */
export const mixedText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...CHARACTERS), { maxLength: 60 })
  .map(characters => characters.join(''))
