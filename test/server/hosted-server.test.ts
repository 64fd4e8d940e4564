import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { readServerConfig } from '../../server/config.ts'
import type { HostReport, HostRequest } from '../../server/hosting.ts'

const program = join(import.meta.dirname, '../../dist/hosted-server.js')
/** TEST-NET-1 (RFC 5737): no machine has it. */
const NOBODYS = '192.0.2.1'

test('a server that a client runs is shared at every address where that works, though another fails', async () => {
  const child = fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] })
  const exited = once(child, 'exit')
  const ask = async (request: HostRequest): Promise<HostReport> => {
    child.send(request)
    const [report] = await once(child, 'message')
    return report
  }
  try {
    const config = readServerConfig({ host: '127.0.0.1', port: 0, durability: 'none' }, {})
    const started = await ask({ kind: 'start', config: { ...config, secret: 'x'.repeat(16) } })
    assert.equal(started.kind, 'listening')
    const open = ['127.0.0.2', '127.0.0.3']
    const shared = { kind: 'shared', hosts: open }
    assert.deepEqual(await ask({ kind: 'share', hosts: ['127.0.0.2', NOBODYS, '127.0.0.3'] }), shared)
    // Once more changes nothing, and is no failure.
    assert.deepEqual(await ask({ kind: 'share', hosts: open }), shared)
    assert.equal((await ask({ kind: 'share', hosts: [NOBODYS] })).kind, 'failed')
  } finally {
    child.disconnect()
    await exited
  }
})
