import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ProgramRun } from '../support/program-run.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'

/** A name with two addresses: connecting to the first takes a second, nobody is at the other. */
const SLOW_NETWORK = `
  import dns from 'node:dns/promises'
  import { syncBuiltinESMExports } from 'node:module'
  import net from 'node:net'
  const { connect } = net
  dns.lookup = async () => ['127.0.0.1', '127.0.0.9'].map(address => ({ address, family: 4 }))
  net.connect = options => {
    if (options.host !== '127.0.0.1') return connect(options)
    const socket = new net.Socket()
    setTimeout(() => socket.connect(options), 1_000)
    return socket
  }
  syncBuiltinESMExports()`

test('a server whose first address takes a second, and whose second one is dead, is reached', async () => {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-slow-'))
  try {
    await using server = new ServerProcess({ port: await freePort(), data })
    await server.start()
    const nodeArgs = [`--import=data:text/javascript,${encodeURIComponent(SLOW_NETWORK)}`]
    const args = ['whoami', '--server', `ws://slow.invalid:${server.port}`]
    await using run = await ProgramRun.start(args, { nodeArgs })
    assert.equal(await run.exited, 0, run.stderr)
  } finally {
    await rm(data, { recursive: true })
  }
})
