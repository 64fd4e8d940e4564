const KINDS = (
  '느긋한 졸린 명랑한 씩씩한 용감한 조용한 반가운 수줍은 배고픈 신나는 춤추는 노래하는 ' +
  '꿈꾸는 여행하는 산책하는 반짝이는 포근한 다정한 엉뚱한 부지런한 푸른 작은 커다란 빠른'
).split(' ')
const NAMES = (
  '수달 고양이 고래 다람쥐 부엉이 펭귄 여우 두루미 호랑이 거북이 참새 나비 ' +
  '토끼 너구리 올빼미 사슴 강아지 하마 코끼리 기러기 구름 바람 별 파도'
).split(' ')

/** A readable title for a new room: `느긋한 수달`. */
export const suggestKoreanTitle = (random: () => number = Math.random): string =>
  [KINDS, NAMES].map(words => words[Math.floor(random() * words.length)]).join(' ')
