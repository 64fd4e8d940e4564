import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import {
  cpuMicrosecondsSince,
  parseResident,
  parseSchedstat,
  parseStat,
  readCpu,
  residentBytes,
} from '../../bench/process-usage.ts'

test("processor time is read from the right fields, whatever the program's name is", () => {
  const fields = 'R 1 2 3 0 -1 4194304 100 0 0 0 123 45 0 0 20 0 11 0 5000 1000000 2000'
  assert.equal(parseStat(`42 (node) ${fields}`), 168)
  assert.equal(parseStat(`42 (a (b) c) ${fields}`), 168)
  assert.equal(parseSchedstat('1389385 128051 1\n'), 1_389_385)
})

test('resident memory is read in bytes', () => {
  assert.equal(parseResident('VmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nRssAnon:\t 512 kB\n'), 1_048_576)
})

const noProc = existsSync('/proc/self/stat') ? false : 'this system has no /proc'

test('the time and memory of this process are read', { skip: noProc }, () => {
  const [before, usageBefore] = [readCpu(process.pid), process.cpuUsage()]
  let own = 0
  while (own < 200_000) {
    const { user, system } = process.cpuUsage(usageBefore)
    own = user + system
  }
  const used = cpuMicrosecondsSince(process.pid, before)
  assert.ok(used > own / 2 && used < own * 2, `${used} µs of ${own}`)
  assert.ok(residentBytes(process.pid) > process.memoryUsage().heapUsed)
})

test('the time of a thread that ended is counted, and so is the time after it', {
  skip: noProc,
}, async () => {
  const before = readCpu(process.pid)
  const work = 'let sum = 0; for (let count = 0; count < 3e8; count++) sum += Math.sqrt(count); sum'
  const worker = new Worker(work, { eval: true })
  await once(worker, 'exit')
  // The work takes far longer than a tick, the unit in which ended threads are counted.
  assert.ok(cpuMicrosecondsSince(process.pid, before) > 50_000)
  const after = readCpu(process.pid)
  // This is far less than a tick, so only the count of the threads shows it.
  if (after.threads.size > 0) assert.ok(cpuMicrosecondsSince(process.pid, after) > 0)
})

test('a reading that found no threads does not count as zero', {
  skip: noProc,
}, () => {
  const before = { ticks: readCpu(process.pid).ticks, threads: new Map() }
  // This process has used far more time than that by now.
  assert.ok(cpuMicrosecondsSince(process.pid, before) < 50_000)
})
