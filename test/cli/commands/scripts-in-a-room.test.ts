import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXIT_CODES } from '../../../cli/commands/shell/exit-codes.ts'
import { openRoomOnScreen } from '../../support/chat-room.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { ProgramRun } from '../../support/program-run.ts'
import { KEYS } from '../../support/terminal.ts'
import { WireClient } from '../../support/wire-client.ts'

for (const [columns, language, words] of [
  [80, 'en', { who: '2 people here:', bot: ' bot', observer: ' observer' }],
  [40, 'ko', { who: '2명이 있습니다:', bot: ' 봇', observer: ' 관찰자' }],
] as const) {
  test(`somebody whose room a script tails and posts to sees no line for it, and who it is in /who (${language})`, async () => {
    await using server = await startTestServer()
    const env = { GIFCHAT_LANG: language }
    await using there = await openRoomOnScreen(server.url, { columns, env })
    const { terminal, guest, room } = there
    await using tail = await ProgramRun.start(['tail', `${server.url}/${room}`])
    await guest.event('chat.attendants', ({ observers }) => observers.length === 1)
    await using send = await ProgramRun.start(['send', `${server.url}/${room}`, '-'])
    send.type('the build is green\n')
    await terminal.waitFor('the build is green')
    await tail.until(() => tail.stdout.includes('the build is green'))
    terminal.type(`/who${KEYS.enter}`)
    await terminal.waitFor(words.who)
    const screen = terminal.screen()
    const marks = screen.filter(row => /■ #[0-9A-F]{6} \w{4}/.test(row)).map(row => row.trimEnd())
    assert.deepEqual(
      [marks.length, marks[2]?.endsWith(words.bot), marks[3]?.endsWith(words.observer)],
      [4, true, true],
      screen.join('\n'),
    )
    send.endInput()
    assert.equal(await send.exited, EXIT_CODES.done)
    await guest.event('chat.attendants', ({ bots }) => bots.length === 0)
    assert.deepEqual(guest.all('chat.exit'), [])
    assert.equal(guest.all('chat.join').length, 2, 'the two people alone')
  })
}

test('a script posts to a room that is full, and one that asks for a seat is refused', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'two', max: 2 }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  await using guest = await WireClient.hello(server.url)
  await guest.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const args = ['send', `${server.url}/${room.id}`, 'hello']
  await using bot = await ProgramRun.start(args)
  assert.equal(await bot.exited, EXIT_CODES.done, bot.stderr)
  await using person = await ProgramRun.start([...args, '--as', 'person'])
  assert.equal(await person.exited, EXIT_CODES.roomFull)
  await using king = await ProgramRun.start([...args, '--as', 'king'])
  assert.equal(await king.exited, EXIT_CODES.usage)
  assert.match(king.stderr, /--as.*king.*bot.*person/)
})

test('a room that only a tail watches ends, and the tail with it', async () => {
  await using server = await startTestServer({ emptyRoomGraceMs: 0 })
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'short' }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  await using tail = await ProgramRun.start(['tail', `${server.url}/${room.id}`, '--json'])
  await owner.event('chat.attendants', ({ observers }) => observers.length === 1)
  await owner.ask({ type: 'chat.leave', room: room.id }, 'chat.left')
  assert.equal(await tail.exited, EXIT_CODES.noSuchRoom)
  assert.equal(JSON.parse(tail.stderr).error.code, 'noSuchRoom')
})

test('send and tail work with a server that knows no roles, and are people there', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  server.script = (request, connection) => {
    if (request.type !== 'hello' || request.role === undefined) return undefined
    connection.refuse(request.id, 'invalidRequest', undefined, 'role')
    return 'handled'
  }
  await using tail = await ProgramRun.start(['tail', `${server.url}/r1`])
  await server.until(() => server.requests('chat.join').length === 1)
  await using send = await ProgramRun.start(['send', `${server.url}/r1`, 'hello'])
  assert.equal(await send.exited, EXIT_CODES.done, send.stderr)
  await tail.until(() => tail.stdout.includes('hello'))
  assert.deepEqual(
    server.requests('hello').map(({ role }) => role),
    ['observer', undefined, 'bot', undefined],
  )
})
