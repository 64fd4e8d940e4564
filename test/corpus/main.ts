// Runs the server's scan and the client's decoder over a folder of GIFs. `--help` says more.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { judgeInChromium } from './chromium-judge.ts'
import { examineGif, verdictOf } from './examine-gif.ts'
import { madeGifs } from './made-gifs.ts'
import { CorpusReport } from './report.ts'
import { differencesOf } from './verdict.ts'

const HELP = `npm run gif-corpus -- [options] DIR

Scans each GIF in DIR and the folders in it as the server does, decodes it as a client does, and prints how many are
refused and why, and which are the slowest and the largest. Nothing is sent anywhere.

  --judge chromium   shows the files to a headless Chromium too, and prints the frames that differ
                     (Debian: apt-get install chromium)
  --made COUNT       examines so many GIFs that are made here, by rules of browsers and by chance, and no folder
  --write DIR        writes the made ones into a new folder
  --help             prints this

Exit code 1: a file made the scan or the decoder fail, took over 3 s, or differs from what the browser shows.`

interface Sample {
  readonly name: string
  readonly read: () => Promise<Uint8Array>
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    judge: { type: 'string' },
    made: { type: 'string' },
    write: { type: 'string' },
    help: { type: 'boolean' },
  },
})

async function run(): Promise<number> {
  const samples = values.made === undefined ? await samplesIn(positionals) : madeSamples(Number(values.made))
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

const madeSamples = (count: number): readonly Sample[] =>
  madeGifs(count).map(({ name, bytes }) => ({ name, read: async () => bytes }))

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

if (values.help === true || (positionals.length === 0 && values.made === undefined)) {
  process.stdout.write(`${HELP}\n`)
  process.exitCode = values.help === true ? 0 : 2
} else if (values.judge !== undefined && values.judge !== 'chromium') {
  process.stderr.write(`No judge is called ${values.judge}: the only one is chromium.\n`)
  process.exitCode = 2
} else {
  process.exitCode = await run()
}
