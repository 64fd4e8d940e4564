import type { Examination } from './examine-gif.ts'

/** A file may take so many milliseconds at the server and at a client together. */
export const MOST_MS = 3_000
const LISTED = 5

interface Examined extends Examination {
  readonly name: string
  readonly bytes: number
}

/** What is found out about a corpus of GIFs. */
export class CorpusReport {
  readonly #files: Examined[] = []
  readonly #failures: string[] = []
  readonly #differences: string[] = []
  #judged = 0

  addExamination(name: string, bytes: number, examination: Examination): void {
    this.#files.push({ name, bytes, ...examination })
  }

  addFailure(name: string, error: unknown): void {
    this.#failures.push(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }

  addDifferences(name: string, differences: readonly string[]): void {
    this.#judged++
    if (differences.length > 0) this.#differences.push(`${name}: ${differences.join('; ')}`)
  }

  get isGood(): boolean {
    const isSlow = this.#files.some(file => timeOf(file) > MOST_MS)
    return this.#failures.length === 0 && this.#differences.length === 0 && !isSlow
  }

  toText(): string {
    const refused = this.#files.filter(({ refusal }) => refusal !== undefined)
    const reasons = Map.groupBy(refused, ({ refusal }) => refusal)
    return [
      `${this.#files.length + this.#failures.length} files, ${refused.length} refused (${percent(refused.length, this.#files.length)})`,
      ...[...reasons]
        .toSorted(([, a], [, b]) => b.length - a.length)
        .map(([reason, files]) => `  ${reason} ${files.length}: ${namesOf(files)}`),
      ...this.#listed('slowest', timeOf, file => `${timeOf(file).toFixed(0)} ms`),
      ...this.#listed(
        'largest',
        ({ bytes }) => bytes,
        ({ bytes }) => `${(bytes / 1024).toFixed(0)} KiB`,
      ),
      ...this.#failures.map(failure => `failed: ${failure}`),
      ...(this.#judged === 0
        ? []
        : [`${this.#judged} shown to the browser, ${this.#differences.length} differ`]),
      ...this.#differences.map(difference => `  ${difference}`),
    ].join('\n')
  }

  #listed(
    title: string,
    weigh: (file: Examined) => number,
    say: (file: Examined) => string,
  ): readonly string[] {
    const first = this.#files.toSorted((a, b) => weigh(b) - weigh(a)).slice(0, LISTED)
    return [`${title}:`, ...first.map(file => `  ${say(file)} ${file.name}`)]
  }
}

const timeOf = ({ scanMs, decodeMs }: Examination): number => scanMs + decodeMs

const percent = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(1)} %`

const namesOf = (files: readonly Examined[]): string =>
  files
    .slice(0, LISTED)
    .map(({ name }) => name)
    .join(', ') + (files.length > LISTED ? ', …' : '')
