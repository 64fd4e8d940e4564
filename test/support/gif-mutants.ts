import { type Random, randomGif } from './gif-random.ts'

/** Files of which mutants are made. */
export const goodGifs = (): readonly Buffer[] =>
  Array.from({ length: 60 }, (_, index) => randomGif(index + 1).bytes)

/**
 * A good file with up to six changed bytes, most of them where its blocks begin. Some files are cut
 * off.
 */
export function mutantOf(good: readonly Buffer[], random: Random): Buffer {
  const bytes = good[random(good.length)] ?? Buffer.alloc(0)
  const mutant = Buffer.from(bytes.subarray(0, random(6) === 0 ? random(bytes.length) : bytes.length))
  const reach = random(2) === 0 ? 200 : mutant.length
  for (let change = random(6); change >= 0; change--)
    mutant[random(Math.min(mutant.length, reach) || 1)] = random(256)
  return mutant
}
