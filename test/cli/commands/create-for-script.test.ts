import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXIT_CODES } from '../../../cli/commands/shell/exit-codes.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { ProgramRun } from '../../support/program-run.ts'
import { WireClient } from '../../support/wire-client.ts'

const roomOf = (run: ProgramRun) => {
  const [room = {}] = run.objects
  return { id: String(room.id), address: String(room.address), room }
}

test('a script opens a room, hands its address on, and others have a minute to come', async () => {
  await using server = await startTestServer()
  const args = ['create', 'nightly build', '--max', '5', '--password', 'tangerine', '--json']
  await using run = await ProgramRun.start([...args, '--server', server.url])
  assert.equal(await run.exited, EXIT_CODES.done, run.stderr)
  const { id, address, room } = roomOf(run)
  assert.deepEqual(
    [room.title, room.max, room.people, room.hasPassword, room.server, address],
    ['nightly build', 5, 0, true, server.url, `${server.url}/${id}`],
  )
  await using send = await ProgramRun.start(['send', address, 'hello', '--password', 'tangerine'])
  assert.equal(await send.exited, EXIT_CODES.done, send.stderr)
  await using guest = await WireClient.hello(server.url)
  const joined = await guest.ask({ type: 'chat.join', room: id, password: 'tangerine' }, 'chat.joined')
  assert.deepEqual([joined.lastSeq, joined.members.length], [1, 1])
})

for (const [more, isJson] of [
  [['--json'], true],
  [[], false],
] as const) {
  test(`a script holds a room, ${isJson ? 'printed as JSON' : 'printed as an address'}, until it is stopped`, async () => {
    await using server = await startTestServer({ unenteredRoomMs: 5_000, emptyRoomGraceMs: 0 })
    const args = ['create', '--hold', '--password', 'tangerine', '--server', server.url, ...more]
    await using run = await ProgramRun.start(args)
    await run.until(() => run.lines.length === 1)
    const address = isJson ? roomOf(run).address : (run.lines[0] ?? '')
    const room = address.slice(address.lastIndexOf('/') + 1)
    await using guest = await WireClient.hello(server.url)
    const joined = await guest.ask({ type: 'chat.join', room, password: 'tangerine' }, 'chat.joined')
    assert.equal(joined.members.length, 2)
    run.signal('SIGTERM')
    assert.equal(await run.exited, EXIT_CODES.done)
    await guest.event('chat.exit')
  })
}

test('a script that opens a room where no server is gets exit code 3, as JSON', async () => {
  await using run = await ProgramRun.start(['create', '--json', '--server', 'ws://127.0.0.1:1'])
  assert.equal(await run.exited, EXIT_CODES.serverUnreachable)
  assert.equal(JSON.parse(run.stderr).error.code, 'unreachable')
  assert.equal(run.stdout, '')
})
