import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { findMongo, NO_MONGODB } from '../support/mongodb.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { WireClient } from '../support/wire-client.ts'

const mongo = await findMongo()

/** The built program, since only a process can be killed. */
describe('A second server on one database', { skip: mongo === undefined && NO_MONGODB }, () => {
  if (mongo === undefined) return
  const directory = mkdtempSync(join(tmpdir(), 'gifchat-rolling-'))
  after(async () => {
    rmSync(directory, { recursive: true })
    await mongo[Symbol.asyncDispose]()
  })

  test('E1 a server whose MongoDB is away at the start lives, is not ready, and is when that comes', {
    skip: !mongo.isOurs,
  }, async () => {
    await using server = new ServerProcess({
      port: await freePort(),
      data: directory,
      args: ['--mongodb-uri', mongo.uri, '--mongodb-database', mongo.newDatabaseName()],
    })
    await mongo.stop()
    const started = server.start()
    await server.logged('MongoDB does not answer')
    const statusOf = async (path: string) =>
      (await fetch(`${server.url.replace('ws:', 'http:')}${path}`)).status
    assert.deepEqual([await statusOf('/healthz'), await statusOf('/readyz')], [200, 503])
    await mongo.start()
    await started
    assert.deepEqual([await statusOf('/healthz'), await statusOf('/readyz')], [200, 200])
  })

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    test(`D1 waits while the first lives, and serves its rooms after its ${signal}`, async () => {
      const databaseName = mongo.newDatabaseName()
      const serverOn = async () =>
        new ServerProcess({
          port: await freePort(),
          data: directory,
          args: ['--mongodb-uri', mongo.uri, '--mongodb-database', databaseName, '--startup-grace-ms', '300'],
        })
      await using first = await serverOn()
      await using second = await serverOn()
      await first.start()
      await using client = await WireClient.hello(first.url)
      const { room } = await client.ask({ type: 'room.create', title: 'rolling' }, 'room.created')
      await client.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
      const say = (clientMessageId: string) =>
        client.ask({ type: 'chat.send', room: room.id, clientMessageId, text: 'x' }, 'chat.ack')
      await say('before')
      const started = second.start()
      await second.logged('waiting until it has gone')
      const http = second.url.replace('ws:', 'http:')
      const health = await fetch(`${http}/healthz`)
      assert.equal(health.status, 200)
      assert.match(await health.text(), /"status":"starting"/)
      assert.equal((await fetch(`${http}/readyz`)).status, 503)
      // Longer than the grace after which a second server used to delete the rooms of the first.
      for (let count = 0; count < 8; count++) {
        await new Promise(resolve => setTimeout(resolve, 100))
        await say(`meanwhile ${count}`)
      }
      await first.stop(signal)
      await started
      await using back = await WireClient.hello(second.url, client.token)
      const joined = await back.ask({ type: 'chat.join', room: room.id, sinceSeq: 0 }, 'chat.joined')
      assert.equal(joined.lastSeq, 9)
    })
  }
})
