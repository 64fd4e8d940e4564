/** The kind of sound before a particle. 로 treats ㄹ like a vowel. */
type LastSound = 'vowel' | 'consonant' | 'rieul'

/** How digits and Latin letters end when read aloud (영 일 이 삼 …, 에이 비 씨 …). */
const READ_WITH_CONSONANT = '036mn'
const READ_WITH_RIEUL = '178lr'

const FIRST_SYLLABLE = 0xac00
const LAST_SYLLABLE = 0xd7a3
const FINALS = 28
const FINAL_RIEUL = 8

/** Adds the particle that fits the word's last sound. If that is unknown, adds both: `(으)로`. */
export function withKoreanParticle(word: string, particle: '이/가' | '을/를' | '은/는' | '으로/로'): string {
  const [afterConsonant = '', afterVowel = ''] = particle.split('/')
  const sound = lastSoundOf(word)
  if (sound === undefined)
    return `${word}${particle === '으로/로' ? '(으)로' : `${afterConsonant}(${afterVowel})`}`
  const countsAsVowel = sound === 'vowel' || (sound === 'rieul' && particle === '으로/로')
  return word + (countsAsVowel ? afterVowel : afterConsonant)
}

function lastSoundOf(word: string): LastSound | undefined {
  // Characters that are not read aloud, such as a closing quote, are skipped.
  const last = word.match(/[\p{L}\p{N}](?=[^\p{L}\p{N}]*$)/u)?.[0]?.toLowerCase()
  if (last === undefined) return undefined
  const code = last.charCodeAt(0)
  if (code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE) {
    const final = (code - FIRST_SYLLABLE) % FINALS
    return final === 0 ? 'vowel' : final === FINAL_RIEUL ? 'rieul' : 'consonant'
  }
  if (READ_WITH_CONSONANT.includes(last)) return 'consonant'
  if (READ_WITH_RIEUL.includes(last)) return 'rieul'
  return /[0-9a-z]/.test(last) ? 'vowel' : undefined
}
