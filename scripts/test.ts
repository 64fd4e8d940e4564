// npm test                    everything
// npm test -- test/cli/text   the files, folders or patterns named; --test-… goes to Node's runner
// npm run test:fast           what starts no other process (see test-files.ts)
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { allTests, fastTests, namedTests, root } from './test-files.ts'

/** A test that takes longer fails. */
const TEST_TIMEOUT_MS = 300_000
/**
 * Ends a run whose test never lets go of the processor, or leaves something open when it is done.
 */
const RUN_TIMEOUT_MS = 30 * 60_000

const given = process.argv.slice(2)
const isFast = given.includes('--fast')
const flags = given.filter(argument => argument.startsWith('-') && argument !== '--fast')
const names = given.filter(argument => !argument.startsWith('-'))
const files = names.length > 0 ? namedTests(names) : isFast ? fastTests() : allTests()
// Node would leave one processor free. Most tests wait for other processes more than they work.
flags.unshift(`--test-concurrency=${availableParallelism()}`)

const runner = spawn(
  process.execPath,
  [
    '--import',
    'tsx',
    '--test',
    '--test-reporter=spec',
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    ...flags,
    ...files,
  ],
  { stdio: 'inherit', cwd: root, timeout: RUN_TIMEOUT_MS },
)
// A terminal sends Ctrl-C to the runner as well, which then names the tests it was running.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => runner.kill())
runner.on('exit', code => {
  process.exitCode = code ?? 1
})
