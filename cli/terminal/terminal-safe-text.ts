interface PlainTextOptions {
  /** Keeps tabs, and line breaks, each as `\n`. Without it they become spaces. */
  readonly multiline?: boolean
}

/** As many combining marks on one character as Thai, Hindi, Hebrew and Vietnamese need. */
const MARKS_PER_CHARACTER = 4

const PRINTABLE_ASCII = /^[ -~]*$/

// String sequences, control sequences and other escapes (ECMA-48 §5). A string sequence ends at
// BEL, ST, CAN, SUB or the next escape, or else takes all that follows. All are in one pattern, so
// that removing one can't leave bytes that together form another.
const SEQUENCE =
  /(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x18\x1a\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?/g

const LINE_BREAK = /\r\n|[\n\r\x85\u2028\u2029]/g

// No emoji in Unicode's list has more than three joiners.
const EMOJI = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}?[\uFE0E\uFE0F]?`
const EMOJI_SEQUENCE = String.raw`\p{RGI_Emoji_Tag_Sequence}|${EMOJI}(?:\u200D${EMOJI}){0,3}|[0-9#*]\uFE0F\u20E3`

// Scripts in which a joiner or non-joiner between two letters changes how they are written.
const JOINING_SCRIPTS = 'Arab Syrc Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr'
  .split(' ')
  .map(script => `\\p{scx=${script}}`)
  .join('')

/** Invisible characters that are part of how a language or an emoji is written. */
const WRITTEN = [
  EMOJI_SEQUENCE,
  String.raw`(?<=[[${JOINING_SCRIPTS}]&&\p{L}][[${JOINING_SCRIPTS}]&&\p{M}]*)[\u200C\u200D](?=[[${JOINING_SCRIPTS}]&&\p{L}])`,
  String.raw`(?<=\p{Ideographic})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
  String.raw`(?<=\p{Script=Mongolian})[\u180B-\u180D\u180F]`,
  // A filler takes the place of a missing first or second letter of an old Hangul syllable.
  String.raw`\u115F(?=[\u1161-\u11A7\uD7B0-\uD7C6])`,
  String.raw`(?<=[\u1100-\u115E\uA960-\uA97C])\u1160`,
].join('|')

// Picture cells with their marks, invisible or reordering characters, lone surrogates and
// noncharacters.
const UNWRITTEN = String.raw`\u{10EEEE}\p{M}*|[[\p{Default_Ignorable_Code_Point}\p{Control}\p{Surrogate}\p{Bidi_Control}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB\u{13430}-\u{13455}]--[\n\t]]`
const FILTER = new RegExp(`(${WRITTEN})|${UNWRITTEN}`, 'gv')

const MARK_TOWER = new RegExp(String.raw`(\p{M}{${MARKS_PER_CHARACTER}})\p{M}+`, 'gu')
const MARK_WITHOUT_BASE = /^\p{M}+/gmu

// Any number of conjoining Hangul letters forms one syllable. Real syllables have at most three of
// a kind.
const JAMO_TOWER =
  /([\u1100-\u115F\uA960-\uA97C]{3})[\u1100-\u115F\uA960-\uA97C]+|([\u1160-\u11A7\uD7B0-\uD7C6]{3})[\u1160-\u11A7\uD7B0-\uD7C6]+|([\u11A8-\u11FF\uD7CB-\uD7FB]{3})[\u11A8-\u11FF\uD7CB-\uD7FB]+/g

/**
 * Makes text from elsewhere safe for the screen. All such text must pass here before it is shown.
 * Removes escape sequences, invisible characters, characters that reorder the line, and towers of
 * combining marks. The result is in NFC, and a second call leaves it unchanged.
 */
export function terminalSafeText(text: string, options: PlainTextOptions = {}): string {
  if (PRINTABLE_ASCII.test(text)) return text
  return text
    .replace(SEQUENCE, '')
    .replace(LINE_BREAK, options.multiline === true ? '\n' : ' ')
    .replaceAll('\t', options.multiline === true ? '\t' : '    ')
    .normalize('NFC')
    .replace(FILTER, (_, written: string | undefined) => written ?? '')
    .normalize('NFC')
    .replace(MARK_WITHOUT_BASE, '')
    .replace(MARK_TOWER, '$1')
    .replace(JAMO_TOWER, '$1$2$3')
}
