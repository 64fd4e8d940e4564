/** How `plainText` lays a text out. */
export interface PlainTextOptions {
  /** Keeps line breaks, all as `\n`; without it they become spaces. */
  readonly multiline?: boolean
}

/** Combining marks that one character may carry: what Thai, Hindi, Hebrew and Vietnamese need, and no tower. */
const MARKS_PER_CHARACTER = 4

const PRINTABLE_ASCII = /^[ -~]*$/

// String sequences, which end at BEL, ST, CAN, SUB or the next escape, or take all that follows; control sequences;
// other escapes (ECMA-48 §5). In one pattern, so that what is left over never makes a new one.
const SEQUENCE =
  /(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x18\x1a\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?/g

const LINE_BREAK = /\r\n|[\n\r\x85\u2028\u2029]/g

// Three joiners are the most that any emoji of Unicode's own list has.
const EMOJI = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}?[\uFE0E\uFE0F]?`
const EMOJI_SEQUENCE = String.raw`\p{RGI_Emoji_Tag_Sequence}|${EMOJI}(?:\u200D${EMOJI}){0,3}|[0-9#*]\uFE0F\u20E3`

// Scripts in which a joiner or non-joiner before a letter changes how the two are written.
const JOINING_SCRIPTS = 'Arab Syrc Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr'
  .split(' ')
  .map(script => `\\p{scx=${script}}`)
  .join('')

/** What would be taken for invisible, but is part of how a language or an emoji is written. */
const WRITTEN = [
  EMOJI_SEQUENCE,
  String.raw`(?<=[[${JOINING_SCRIPTS}]&&\p{L}][[${JOINING_SCRIPTS}]&&\p{M}]*)[\u200C\u200D](?=[[${JOINING_SCRIPTS}]&&\p{L}])`,
  String.raw`(?<=\p{Ideographic})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
  String.raw`(?<=\p{Script=Mongolian})[\u180B-\u180D\u180F]`,
  // A filler stands in for the missing first or second letter of an old Hangul syllable.
  String.raw`\u115F(?=[\u1161-\u11A7\uD7B0-\uD7C6])`,
  String.raw`(?<=[\u1100-\u115E\uA960-\uA97C])\u1160`,
].join('|')

// The cell of a picture with its marks, invisible or reordering characters, halves of pairs, and what is no character.
const UNWRITTEN = String.raw`\u{10EEEE}\p{M}*|[[\p{Default_Ignorable_Code_Point}\p{Control}\p{Surrogate}\p{Bidi_Control}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB\u{13430}-\u{13455}]--[\n]]`
const FILTER = new RegExp(`(${WRITTEN})|${UNWRITTEN}`, 'gv')

const MARK_TOWER = new RegExp(String.raw`(\p{M}{${MARKS_PER_CHARACTER}})\p{M}+`, 'gu')
const MARK_WITHOUT_BASE = /^\p{M}+/gmu

// Conjoining letters of Hangul make one syllable of any number of each kind; none has more than three of a kind.
const JAMO_TOWER =
  /([\u1100-\u115F\uA960-\uA97C]{3})[\u1100-\u115F\uA960-\uA97C]+|([\u1160-\u11A7\uD7B0-\uD7C6]{3})[\u1160-\u11A7\uD7B0-\uD7C6]+|([\u11A8-\u11FF\uD7CB-\uD7FB]{3})[\u11A8-\u11FF\uD7CB-\uD7FB]+/g

/**
 * The only door by which text from elsewhere reaches the screen: takes out whatever a terminal would act on, whatever
 * is invisible or turns the line around, and towers of combining marks; the rest comes back in NFC. What comes out
 * goes through again unchanged.
 */
export function plainText(text: string, options: PlainTextOptions = {}): string {
  if (PRINTABLE_ASCII.test(text)) return text
  return text
    .replace(SEQUENCE, '')
    .replace(LINE_BREAK, options.multiline === true ? '\n' : ' ')
    .replaceAll('\t', '    ')
    .normalize('NFC')
    .replace(FILTER, (_, written: string | undefined) => written ?? '')
    .normalize('NFC')
    .replace(MARK_WITHOUT_BASE, '')
    .replace(MARK_TOWER, '$1')
    .replace(JAMO_TOWER, '$1$2$3')
}
