import assert from 'node:assert/strict'
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { boundedLogOutput } from '../../server/log-output.ts'

const MOST = 1_000

test('a log in a file keeps within its size, with the newest lines, and so does the old one beside it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gifchat-log-'))
  const file = join(directory, 'serve.log')
  writeFileSync(file, 'of an earlier version\n')
  chmodSync(file, 0o644)
  const victim = join(directory, 'victim')
  writeFileSync(victim, 'of somebody')
  symlinkSync(victim, `${file}.old`)
  const descriptor = openSync(file, 'a')
  try {
    const output = boundedLogOutput(descriptor, file, MOST)
    for (let number = 0; number < 500; number++) output.write(`line ${number}\n`)
    const lines = [`${file}.old`, file].flatMap(path => {
      const { size, mode } = statSync(path)
      assert.ok(size <= MOST, `${path} has ${size} bytes`)
      assert.equal(mode & 0o777, 0o600)
      return readFileSync(path, 'utf8').trimEnd().split('\n')
    })
    assert.equal(lines.at(-1), 'line 499')
    const first = Number(lines[0]?.slice(5))
    assert.deepEqual(
      lines,
      lines.map((_, index) => `line ${first + index}`),
      'no line is missing between the two',
    )
    assert.equal(readFileSync(victim, 'utf8'), 'of somebody')
    // What the process itself says last goes to the same file.
    writeFileSync(descriptor, 'last words\n')
    assert.match(readFileSync(file, 'utf8'), /line 499\nlast words\n$/)
  } finally {
    closeSync(descriptor)
    rmSync(directory, { recursive: true })
  }
})
