import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import {
  cpuMicroseconds,
  parseResident,
  parseSchedstat,
  parseStat,
  residentBytes,
} from '../../bench/process-usage.ts'

test('processor time is read from the right fields, whatever the program is called', () => {
  const fields = 'R 1 2 3 0 -1 4194304 100 0 0 0 123 45 0 0 20 0 11 0 5000 1000000 2000'
  assert.equal(parseStat(`42 (node) ${fields}`), 168)
  assert.equal(parseStat(`42 (a (b) c) ${fields}`), 168)
  assert.equal(parseSchedstat('1389385 128051 1\n'), 1_389_385)
})

test('resident memory is read in bytes', () => {
  assert.equal(parseResident('VmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nRssAnon:\t 512 kB\n'), 1_048_576)
})

const noProc = existsSync('/proc/self/stat') ? false : 'this system has no /proc'

test('this process is found to use the time and memory that it does', { skip: noProc }, () => {
  const { user, system } = process.cpuUsage()
  const before = cpuMicroseconds(process.pid)
  // The kernel counts whole threads, and both are read at not quite the same time.
  assert.ok(Math.abs(before - user - system) < (user + system) / 2)
  let sum = 0
  for (let count = 0; count < 5_000_000; count++) sum += Math.sqrt(count)
  assert.ok(sum > 0)
  assert.ok(cpuMicroseconds(process.pid) > before)
  assert.ok(residentBytes(process.pid) > process.memoryUsage().heapUsed)
})

test('what a thread used is still counted when it has ended', { skip: noProc }, async () => {
  const before = cpuMicroseconds(process.pid)
  const work = 'let sum = 0; for (let count = 0; count < 3e8; count++) sum += Math.sqrt(count); sum'
  const worker = new Worker(work, { eval: true })
  await once(worker, 'exit')
  // The work takes far more than the tick to which ended threads are counted.
  assert.ok(cpuMicroseconds(process.pid) - before > 50_000)
})
