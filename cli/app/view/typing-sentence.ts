import type { Texts } from '../../i18n/en.ts'
import { type Naming, personNameOf } from '../model/people/names.ts'
import type { Typist } from '../model/typists.ts'

/** The most people named in one line. If there are more, the line says "several". */
const NAMED_TYPISTS = 3

/** A sentence that says who is typing; empty if nobody is. */
export function typingSentence(typists: readonly Typist[], texts: Texts, naming: Naming): string {
  if (typists.length === 0) return ''
  if (typists.length > NAMED_TYPISTS) return texts.chat.severalTyping
  return texts.chat.typing(typists.map(({ user }) => personNameOf(user, naming)))
}
