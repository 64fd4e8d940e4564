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
