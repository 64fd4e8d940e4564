import { cpus } from 'node:os'
import { benchResume } from './resume.ts'
import { benchStalledReader } from './stalled-reader.ts'

const rows = [...(await benchResume()), ...(await benchStalledReader())]
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node.js ${process.versions.node}`
process.stdout.write(`| ${machine}, embedded store | |\n|---|---|\n`)
for (const [label, value] of rows) process.stdout.write(`| ${label} | ${value} |\n`)
