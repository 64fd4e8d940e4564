import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { HOSTILITIES } from './hostile-answers.ts'
import { NOT_GIFCHAT, visit } from './hostile-visit.ts'
import { MARKED, VISITORS } from './hostility.ts'

const MOST_MEBIBYTES = 300
/** What a script's command and a screen reader's lines never have. */
const CONTROLS = /[^\P{Cc}\r\n\t]/u

// Three at a time: each visit is a process of its own, and the servers are in this one.
describe('a hostile server', { concurrency: 3 }, () => {
  for (const [name, hostility] of Object.entries(HOSTILITIES)) {
    for (const visitor of hostility.visitors) {
      test(`${name}: ${visitor}`, async t => {
        const { output, exitCode, endedAfterMs, mostMebibytes, tokens } = await visit(visitor, hostility)
        t.diagnostic(`${Math.round(mostMebibytes)} MiB, ended after ${Math.round(endedAfterMs)} ms`)
        assert.notEqual(exitCode, undefined, `it did not end; it wrote ${JSON.stringify(output.slice(-500))}`)
        assert.doesNotMatch(output, MARKED)
        const isScript = visitor in VISITORS
        if (isScript || visitor === 'hear' || visitor === 'speak') assert.doesNotMatch(output, CONTROLS)
        if (hostility.until === 'refused') {
          assert.ok(output.includes(NOT_GIFCHAT), output.slice(-500))
          if (isScript) assert.equal(exitCode, 1)
        }
        if (hostility.until === 'shown') assert.ok(output.includes('harmless'), output.slice(-500))
        assert.ok(mostMebibytes <= MOST_MEBIBYTES, `${mostMebibytes} MiB`)
        for (const token of Object.values(tokens)) assert.match(token, /^[!-~]{1,256}$/)
      })
    }
  }
})
