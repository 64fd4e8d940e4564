import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { findMongo, NO_MONGODB } from '../test/support/mongodb.ts'
import type { Row } from './section.ts'
import { ROUNDS_FOR_GOALS } from './sections/delivery.ts'
import { SECTIONS } from './sections.ts'
import { bunSubject } from './subjects.ts'
import { table } from './table.ts'

const { values } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string', default: '5' }, help: { type: 'boolean' } },
})
const wanted = values.only?.split(',')
const unknown = wanted?.find(name => !SECTIONS.some(section => section.name === name))
const names = SECTIONS.map(({ name }) => name).join(',')
const rounds = Number(values.rounds)

if (values.help || unknown !== undefined || !(rounds >= 1)) {
  process.stderr.write(`npm run bench -- [--only ${names}] [--rounds 5]\n`)
  process.exitCode = values.help ? 0 : 2
} else {
  await bench()
}

async function bench(): Promise<void> {
  await using mongo = await findMongo()
  const rows: Row[] = []
  for (const section of SECTIONS) {
    if (wanted !== undefined && !wanted.includes(section.name)) continue
    const start = Date.now()
    process.stderr.write(`${section.name} … `)
    rows.push(...(await section.run({ rounds, mongo })))
    process.stderr.write(`${Math.round((Date.now() - start) / 1_000)} s\n`)
  }
  process.stdout.write(`${table(rows)}\n${settings(mongo?.name)}\n`)
}

/** What a reader of the table must know: the machine, the versions and the settings. */
function settings(mongo: string | undefined): string {
  const require = createRequire(import.meta.url)
  const versionOf = (name: string): string => {
    try {
      return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version
    } catch {
      return 'is not installed'
    }
  }
  const packages = ['socket.io', 'express', 'mongoose', 'ws', 'bun'].map(name => `${name} ${versionOf(name)}`)
  return [
    `${cpus().length} × ${cpus()[0]?.model.trim()}, Node.js ${process.versions.node}; ${packages.join(', ')}.`,
    `Medians of ${rounds} rounds, of ${rounds * ROUNDS_FOR_GOALS} for deliveries with goals against peers, all servers in turn; CPU is user and system time of the server process alone.`,
    `gifchat with its defaults (validation, \`--durability process\`, acks on) but for the rates, which are open.`,
    mongo === undefined
      ? `MongoDB: not measured, ${NO_MONGODB}.`
      : `Behind MongoDB's protocol: ${mongo}; its own CPU is in no figure.`,
    ...(bunSubject() === undefined ? ['Bun: not measured, no program for this machine is installed.'] : []),
    '† the load generator was busy for 90 % of a core or more: the rate is its limit.',
  ].join('\n')
}
