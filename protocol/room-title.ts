const ZWNJ = '\u200C'
const ZWJ = '\u200D'
/** Asks for the colourful look of the character before it. */
const AS_EMOJI = '\uFE0F'

/** What nobody sees, wherever it stands, apart from `JOINTS`. */
const INVISIBLE =
  /[[[\p{Cc}--\p{White_Space}]\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]--[\u200C\u200D\uFE0F\u{E0020}-\u{E007F}]]+/gv

/** What looks like a space. Unicode counts the blank pattern of Braille as a sign. */
const GAP = /[\p{White_Space}\u2800]+/gv

/** A letter of a script that is written joined, without those of Arabic that join no next one. */
const JOINING = '[[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Mong}\\p{scx=Nkoo}\\p{scx=Adlm}\\p{scx=Rohg}]&&\\p{L}]'
const JOINING_NO_NEXT =
  '[\\u0622-\\u0625\\u0627\\u0629\\u062F-\\u0632\\u0648\\u0671-\\u0673\\u0675-\\u0677\\u0688-\\u0699\\u06C0\\u06C3-\\u06CB\\u06CD\\u06CF\\u06D2\\u06D3\\u06D5\\u06EE\\u06EF]'
/** The sign that takes a letter its vowel, and lets it merge with the next (RFC 5892, A.1). */
const VIRAMA =
  '[\\u094D\\u09CD\\u0A4D\\u0ACD\\u0B4D\\u0BCD\\u0C4D\\u0CCD\\u0D3B\\u0D3C\\u0D4D\\u0DCA\\u1039\\u17D2\\u1B44\\u1BAA\\uA9C0]'
/** Letters R of Bengali and Kannada, which a joiner before the virama keeps whole. */
const WHOLE_R = '[\\u09B0\\u0CB0]'
const JOINTS = '[\\u200C\\u200D\\uFE0F\\u{E0020}-\\u{E007F}]+'
const AFTER_JOINING = `(?<=[${JOINING}--${JOINING_NO_NEXT}]\\p{Mn}{0,8})`

/** Joints by the place where they stand. In places without a name, they show nothing. */
const PLACES = new RegExp(
  [
    `${AFTER_JOINING}(?<betweenJoining>${JOINTS})(?=${JOINING})`,
    `${AFTER_JOINING}(?<afterJoining>${JOINTS})`,
    `(?<=${VIRAMA})(?<betweenMerging>${JOINTS})(?=\\p{L})`,
    `(?<=${VIRAMA})(?<afterMerging>${JOINTS})`,
    `(?<=${WHOLE_R})(?<afterR>${JOINTS})(?=${VIRAMA})`,
    `(?<=\\p{Emoji_Presentation})(?<afterEmoji>${JOINTS})`,
    `(?<=\\p{Emoji})(?<afterSign>${JOINTS})`,
    JOINTS,
  ].join('|'),
  'gv',
)

/** A sign joined to an emoji is an emoji too, also where a keyboard left out the code for that. */
const JOINED_SIGN = /(?<=\u200D)[\p{Emoji}--\p{Emoji_Presentation}](?![\uFE0F\p{Emoji_Modifier}])/gv
/** Real emoji, and joints between what is none. */
const EMOJI_OR_JOINTS =
  /\p{RGI_Emoji}|(?<![\p{L}[\p{M}--\p{Variation_Selector}]])[\u200D\uFE0F\u{E0020}-\u{E007F}]+/gv

/**
 * The title of a room as everybody sees it (PROTOCOL.md R2): on one line, trimmed, in NFC, and
 * without what cannot be seen. So two titles that look alike because of that are the same. What
 * holds emoji together and joins or parts letters stays where it can be seen.
 */
export function visibleTitle(title: string): string {
  const seen = title.toWellFormed().replace(INVISIBLE, '')
  let joined = ''
  let end = 0
  for (const { 0: joints, index, groups = {} } of seen.matchAll(PLACES)) {
    joined += seen.slice(end, index) + visibleJoints(joints, groups)
    end = index + joints.length
  }
  return (joined + seen.slice(end))
    .replace(JOINED_SIGN, `$&${AS_EMOJI}`)
    .replace(EMOJI_OR_JOINTS, found => (/\p{RGI_Emoji}/v.test(found) ? found : ''))
    .replace(GAP, ' ')
    .trim()
    .normalize('NFC')
}

/** The joints of a place that can be seen there. For emoji, `EMOJI_OR_JOINTS` decides the rest. */
function visibleJoints(joints: string, place: Readonly<Record<string, string | undefined>>): string {
  if (place.betweenJoining !== undefined) return joints.includes(ZWNJ) ? ZWNJ : ''
  if (place.betweenMerging !== undefined) return /[\u200C\u200D]/.exec(joints)?.[0] ?? ''
  const joiner = joints.includes(ZWJ) ? ZWJ : ''
  if (place.afterJoining !== undefined || place.afterMerging !== undefined || place.afterR !== undefined)
    return joiner
  if (place.afterEmoji === undefined && place.afterSign === undefined) return ''
  if (joiner !== '') return place.afterSign === undefined ? joiner : AS_EMOJI + joiner
  const tags = joints.replaceAll(ZWNJ, '').replaceAll(AS_EMOJI, '')
  return tags !== '' || !joints.includes(AS_EMOJI) ? tags : AS_EMOJI
}
