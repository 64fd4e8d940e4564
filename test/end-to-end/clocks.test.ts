import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CLOSE_CODES } from '../../protocol/close-codes.ts'
import { FakeServer } from '../support/fake-server.ts'
import { ProgramRun } from '../support/program-run.ts'
import { RecordedClient } from '../support/recorded-client.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { SilentRelay } from '../support/silent-relay.ts'
import { WallClock } from '../support/wall-clock.ts'

const HOURS = 60 * 60 * 1_000
/** A dead connection would be noticed after 45 s anyway, and the waits here are far longer. */
const BEFORE_THAT = { timeout: 40_000 }

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-clocks-'))
})
after(() => rm(directory, { recursive: true }))

for (const [name, jump] of [
  ['opens the lid after two hours', 2 * HOURS],
  ['sets the clock back by two hours', -2 * HOURS],
] as const) {
  test(`whoever ${name}, and whose connection has died meanwhile, is back at once`, BEFORE_THAT, async () => {
    using clock = new WallClock()
    await using server = await FakeServer.start()
    server.addRoom('r1')
    await using relay = await SilentRelay.to(server.port)
    const args = ['tail', 'r1', '--server', `ws://127.0.0.1:${relay.port}`]
    await using tail = await ProgramRun.start(args, { env: clock.env })
    server.say('r1', 'before')
    await tail.prints('before')
    relay.fallSilent()
    clock.setBy(jump)
    await relay.untilOpened(2)
    server.say('r1', 'after')
    await tail.prints('after')
  })

  test(`whoever ${name} does not wait on for a server that restarts`, BEFORE_THAT, async () => {
    using clock = new WallClock()
    await using server = await FakeServer.start()
    server.addRoom('r1')
    const args = ['tail', 'r1', '--server', server.url]
    await using tail = await ProgramRun.start(args, { env: clock.env })
    server.say('r1', 'before')
    await tail.prints('before')
    for (const connection of server.connections) {
      connection.send({ type: 'serverRestart', retryAfterMs: 10 * 60 * 1_000 })
      connection.close(CLOSE_CODES.serverRestart.code)
    }
    await tail.prints('server restarts')
    clock.setBy(jump)
    server.say('r1', 'after')
    await tail.prints('after')
  })
}

test(
  'whoever mistyped a password gets in, though the clock of the server is set back by two hours',
  BEFORE_THAT,
  async () => {
    using clock = new WallClock()
    const data = join(directory, 'set-back')
    await using server = new ServerProcess({ port: await freePort(), data, env: clock.env })
    await server.start()
    await using owner = await RecordedClient.connect({ server: server.url })
    const { id } = await owner.client.createRoom({ title: 'clocks', max: 10, password: 'tangerine' })
    await owner.client.join(id, { password: 'tangerine' })
    await using guest = await RecordedClient.connect({ server: server.url })
    await assert.rejects(guest.client.join(id, { password: 'tangerin' }), { code: 'wrongPassword' })
    clock.setBy(-2 * HOURS)
    await guest.client.join(id, { password: 'tangerine', isPatient: true })
    await guest.client.send(id, 'here I am').acked
  },
)
