// Runs the server's scan and the client's decoder over a folder of GIFs. `--help` says more.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { MadeGif } from './case-blocks.ts'
import { judgeInChromium } from './chromium-judge.ts'
import { costlyGifs } from './costly-gifs.ts'
import { costsOf, examineGif, verdictOf } from './examine-gif.ts'
import { madeGifs, mutantGifs } from './made-gifs.ts'
import { CorpusReport, MOST_MS } from './report.ts'
import { scanAtOnce } from './scan-at-once.ts'
import { differencesOf } from './verdict.ts'

const HELP = `npm run gif-corpus -- [options] DIR
npm run gif-corpus -- --made COUNT | --mutants COUNT | --costly | --at-once COUNT

Scans each GIF in DIR and the folders in it as the server does, decodes it as a client does, and prints how many are
refused and why, and which are the slowest and the largest. Nothing is sent anywhere.

  --made COUNT       examines so many GIFs that are made here, by rules of browsers and by chance, and no folder
  --mutants COUNT    the same with so many good GIFs of which some bytes were changed or cut off
  --seed NUMBER      makes others of both
  --judge chromium   shows the files to a headless Chromium too, and prints the frames that differ
                     (Debian: apt-get install chromium)
  --write DIR        writes the made ones into a new folder
  --costly           decodes the costliest GIFs that are accepted, as half blocks, as images for kitty and as sixels,
                     and prints the processor time of each
  --at-once COUNT    uploads so many GIFs of 10 MiB at once to a server of its own, each from another address, and
                     prints the most memory that the server had (Linux only)
  --help             prints this

Exit code 1: a file made the scan or the decoder fail, took over 3 s, or differs from what the browser shows; or the
server had more than 300 MiB.`

/** The most memory of a server that is sent many files at once. */
const MOST_SERVER_BYTES = 300 * 2 ** 20

interface Sample {
  readonly name: string
  readonly read: () => Promise<Uint8Array>
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    judge: { type: 'string' },
    made: { type: 'string' },
    mutants: { type: 'string' },
    seed: { type: 'string', default: '0' },
    costly: { type: 'boolean' },
    'at-once': { type: 'string' },
    write: { type: 'string' },
    help: { type: 'boolean' },
  },
})

async function run(): Promise<number> {
  const samples = await samplesToExamine()
  if (values.write !== undefined) await writeSamples(samples, values.write)
  const report = new CorpusReport()
  for (const { name, read } of samples) {
    const bytes = await read()
    try {
      report.addExamination(name, bytes.length, examineGif(bytes))
    } catch (error) {
      report.addFailure(name, error)
    }
  }
  if (values.judge !== undefined) await judge(samples, report)
  process.stdout.write(`${report.toText()}\n`)
  return report.isGood ? 0 : 1
}

async function samplesToExamine(): Promise<readonly Sample[]> {
  const seed = Number(values.seed)
  if (values.made !== undefined) return samplesOf(madeGifs(Number(values.made), seed))
  if (values.mutants !== undefined) return samplesOf(mutantGifs(Number(values.mutants), seed))
  return samplesIn(positionals)
}

/** All files whose names end in `.gif`, in any case of letters. */
async function samplesIn(folders: readonly string[]): Promise<readonly Sample[]> {
  const found = await Promise.all(
    folders.map(async folder => {
      const names = await readdir(folder, { recursive: true })
      const gifs = names.filter(name => /\.gif$/i.test(name)).toSorted()
      return gifs.map(name => ({ name, read: () => readFile(join(folder, name)) }))
    }),
  )
  return found.flat()
}

const samplesOf = (gifs: readonly MadeGif[]): readonly Sample[] =>
  gifs.map(({ name, bytes }) => ({ name, read: async () => bytes }))

async function writeSamples(samples: readonly Sample[], folder: string): Promise<void> {
  await mkdir(folder)
  for (const { name, read } of samples)
    await writeFile(join(folder, `${name.replaceAll(/[^\w×]+/g, '-')}.gif`), await read())
}

async function judge(samples: readonly Sample[], report: CorpusReport): Promise<void> {
  const bytesOf = async (index: number) => (await samples[index]?.read()) ?? new Uint8Array(0)
  let index = 0
  for await (const theirs of judgeInChromium(samples.length, bytesOf)) {
    const { name = '' } = samples[index] ?? {}
    report.addDifferences(name, differencesOf(verdictOf(await bytesOf(index)), theirs))
    index++
  }
}

/** Decodes what costs most. */
function runCostly(): number {
  let isGood = true
  for (const { name, bytes } of costlyGifs()) {
    const costs = Object.entries(costsOf(bytes))
    if (costs.some(([, ms]) => ms > MOST_MS)) isGood = false
    const figures = costs.map(([type, ms]) => `${type} ${ms.toFixed(0)} ms`).join(', ')
    process.stdout.write(`${figures}: ${name} (${(bytes.length / 2 ** 20).toFixed(1)} MiB)\n`)
  }
  return isGood ? 0 : 1
}

async function runAtOnce(count: number): Promise<number> {
  const { restBytes, peakBytes, statuses } = await scanAtOnce(count)
  const taken = statuses.filter(status => status === 201).length
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`
  process.stdout.write(
    `${taken} of ${count} taken; the most memory of the server: ${mebibytes(peakBytes)}, before: ${mebibytes(restBytes)}\n`,
  )
  return taken === count && peakBytes <= MOST_SERVER_BYTES ? 0 : 1
}

const isMade = values.made !== undefined || values.mutants !== undefined
const isOther = values.costly === true || values['at-once'] !== undefined
if (values.help === true || (positionals.length === 0 && !isMade && !isOther)) {
  process.stdout.write(`${HELP}\n`)
  process.exitCode = values.help === true ? 0 : 2
} else if (values.judge !== undefined && values.judge !== 'chromium') {
  process.stderr.write(`No judge is called ${values.judge}: the only one is chromium.\n`)
  process.exitCode = 2
} else if (values['at-once'] !== undefined) {
  process.exitCode = await runAtOnce(Number(values['at-once']))
} else {
  process.exitCode = values.costly === true ? runCostly() : await run()
}
