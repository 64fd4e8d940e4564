import { latin } from './key-press.ts'

const FIRST_SYLLABLE = 0xac00
const SYLLABLES_OF_AN_INITIAL = 588
const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'

/** Whether a text is what Koreans type for short: initials alone. */
export const isInitials = (text: string): boolean => /^[ㄱ-ㅎ ]+$/.test(text)

/** A text with the initial of each of its Hangul syllables: `밤 기차` is `ㅂ ㄱㅊ`. */
export const initialsOf = (text: string): string =>
  text.replace(/[가-힣]/g, syllable =>
    INITIALS.charAt(Math.floor((syllable.charCodeAt(0) - FIRST_SYLLABLE) / SYLLABLES_OF_AN_INITIAL)),
  )

/** The letter on the key of a lone vowel, with which no word begins: Hangul was left switched on. */
export const keyOfVowel = (text: string): string => (/^[ㅏ-ㅣ]$/.test(text) ? latin(text) : text)
