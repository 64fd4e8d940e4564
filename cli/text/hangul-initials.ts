const FIRST_SYLLABLE = 0xac00
const SYLLABLES_OF_AN_INITIAL = 588
const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'

/** Whether a text consists of Hangul initials alone, which Koreans type as an abbreviation. */
export const isHangulInitials = (text: string): boolean => /^[ㄱ-ㅎ ]+$/.test(text)

/** The text with each Hangul syllable replaced by its initial: `밤 기차` becomes `ㅂ ㄱㅊ`. */
export const hangulInitialsOf = (text: string): string =>
  text.replace(/[가-힣]/g, syllable =>
    INITIALS.charAt(Math.floor((syllable.charCodeAt(0) - FIRST_SYLLABLE) / SYLLABLES_OF_AN_INITIAL)),
  )
