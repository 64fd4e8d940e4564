import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { ScriptLinePrinter } from '../../../../cli/commands/shell/script-line-printer.ts'

const lines = Array.from({ length: 1_200 }, (_, place) => `${place}\n`)

test('lines come out in order, and a long read in parts', async () => {
  const stop = new AbortController()
  const stdout = new PassThrough({ encoding: 'utf8' })
  const printer = new ScriptLinePrinter({ stdout, stopped: stop.signal })
  for (const line of lines) printer.printLine(line)
  await printer.whenPrinted()
  const parts: string[] = []
  for (let part = stdout.read(); part !== null; part = stdout.read()) parts.push(part)
  assert.equal(parts.join(''), lines.join(''))
})

test('a signal ends a long read between two parts', async () => {
  const stop = new AbortController()
  let written = ''
  const stdout = new PassThrough({ encoding: 'utf8' }).on('data', text => {
    written += text
    if (written.includes('500\n')) stop.abort()
  })
  const printer = new ScriptLinePrinter({ stdout, stopped: stop.signal })
  for (const line of lines) printer.printLine(line)
  await printer.whenPrinted()
  assert.equal(written.includes('500\n'), true)
  assert.equal(written.includes('1199\n'), false)
})

test('while nobody reads them, the source of lines is read no more', async () => {
  const stdout = new PassThrough({ encoding: 'utf8' })
  const told: boolean[] = []
  const source = { setReading: (isReading: boolean) => void told.push(isReading) }
  const printer = new ScriptLinePrinter({ stdout, stopped: new AbortController().signal }, source)
  const long = Array.from({ length: 3_000 }, (_, place) => `${'x'.repeat(100)}${place}\n`)
  for (const line of long) printer.printLine(line)
  assert.ok(told.length > 0 && !told.includes(true))
  let written = ''
  stdout.on('data', text => {
    written += text
  })
  await printer.whenPrinted()
  assert.equal(told.at(-1), true)
  assert.equal(written, long.join(''))
})
