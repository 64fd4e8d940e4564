import { serveWords as english, type ServeWords } from './serve-words.en.ts'
import { serveWords as korean } from './serve-words.ko.ts'

/** The languages of the server's own words. */
export type ServeLanguage = 'en' | 'ko'

export const serveWordsIn = (language: ServeLanguage): ServeWords => (language === 'ko' ? korean : english)
