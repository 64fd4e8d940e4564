import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { canKeepApart } from '../cores.ts'
import type { Abuse } from './abuse.ts'
import { ABUSES } from './abuses.ts'
import { type Row, rowOf, tableHead, tableLine } from './report.ts'
import { runVariant } from './run-abuse.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '8' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
const wanted = values.only?.split(',')
const unknown = wanted?.find(name => !ABUSES.some(abuse => abuse.name === name))
const seconds = Number(values.seconds)
/** How many processes wanted a processor before anything was started here. */
const [loadBefore = 0] = loadavg()

if (values.help || unknown !== undefined || !(seconds >= 1 && seconds <= 60)) {
  const names = ABUSES.map(({ name }) => name).join(',')
  process.stderr.write(`npm run abuse -- [--only ${names}] [--seconds 8] [--json]\n`)
  process.exitCode = values.help ? 0 : 2
} else {
  await floodAll(ABUSES.filter(({ name }) => wanted?.includes(name) ?? true))
}

/** Prints each row as soon as it is known; a long run that is stopped has not been for nothing. */
async function floodAll(abuses: readonly Abuse[]): Promise<void> {
  const rows: Row[] = []
  if (!values.json) process.stdout.write(tableHead())
  for (const abuse of abuses) {
    for (const variant of Object.keys(abuse.variants)) {
      try {
        const row = rowOf(abuse, await runVariant(abuse, variant, seconds * 1_000))
        rows.push(row)
        if (!values.json) process.stdout.write(tableLine(row))
        for (const refusal of new Set(row.refusals))
          process.stderr.write(`${abuse.name}, ${variant}: ${refusal}\n`)
      } catch (error) {
        process.exitCode = 1
        process.stderr.write(`${abuse.name}, ${variant} could not be measured: ${String(error)}\n`)
      }
    }
  }
  if (values.json) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`)
  else process.stdout.write(settings())
}

/** What a reader of the table must know. */
function settings(): string {
  const where = canKeepApart()
    ? 'The server has one processor, and the pair and the flood share another one.'
    : 'The server, the pair and the flood share all processors.'
  return `\n${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node.js ${process.versions.node}. ${where} ${seconds} s without the flood, and ${seconds} s beside it, on a server of its own with its defaults. A visit is join, a GIF down and up, leave. The load of the machine was ${loadBefore.toFixed(1)} before: above 1 the figures are also those of its other work.\n`
}
