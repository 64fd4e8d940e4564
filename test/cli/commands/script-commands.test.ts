import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { roomsCommand } from '../../../cli/commands/rooms.ts'
import { sendCommand } from '../../../cli/commands/send.ts'
import { EXIT_CODES } from '../../../cli/commands/shell/exit-codes.ts'
import { tailCommand } from '../../../cli/commands/tail.ts'
import { whoamiCommand } from '../../../cli/commands/whoami.ts'
import { textsForLocale } from '../../../cli/i18n/pick-texts.ts'
import { CommandRun } from '../../support/command-run.ts'
import { FakeServer } from '../../support/fake-server.ts'

let directory = ''
let tokenFile = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-commands-'))
  tokenFile = join(directory, 'tokens.json')
})
after(() => rm(directory, { recursive: true }))

const on = (server: FakeServer, more: object = {}) => ({ server: server.url, tokenFile, ...more })
const textsIn = (server: FakeServer) =>
  server.room('r1').messages.map(message => ('text' in message ? message.text : message.gif.name))

test('rooms: prints a line per room; no title can act on the terminal or add a line', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1', { title: 'tea \u001b[31m& \u009b31m cake\n' })
  server.addRoom('r2', { title: '둘이서', password: 'tangerine' })
  const plain = new CommandRun(context => roomsCommand(on(server), context))
  assert.equal(await plain.exitCode, EXIT_CODES.done)
  assert.deepEqual(plain.lines, ['r1\t0/10\tpublic\ttea &  cake ', 'r2\t0/10\tprivate\t둘이서'])
  assert.equal(plain.stderr, '')

  const json = new CommandRun(context => roomsCommand(on(server, { json: true }), context))
  assert.equal(await json.exitCode, EXIT_CODES.done)
  assert.deepEqual(json.objects, [server.room('r1').summary, server.room('r2').summary])
  assert.doesNotMatch(json.stdout.replaceAll('\n', ''), /[\u0000-\u001f\u007f-\u009f]/)
})

test('the server, the password and the token file may come from the environment', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1', { password: 'tangerine' })
  const env = {
    GIFCHAT_SERVER: server.url,
    GIFCHAT_PASSWORD: 'tangerine',
    GIFCHAT_TOKEN_FILE: join(directory, 'from-environment.json'),
  }
  const run = new CommandRun(context => sendCommand('r1', 'hello', {}, context), { env })
  assert.equal(await run.exitCode, EXIT_CODES.done)
  assert.deepEqual(textsIn(server), ['hello'])
  assert.match(await readFile(env.GIFCHAT_TOKEN_FILE, 'utf8'), /user:1/)
})

test('whoami: the same person each time, somebody else with --new', async () => {
  await using server = await FakeServer.start()
  const ask = async (options: object, isTTY = false) => {
    const run = new CommandRun(context => whoamiCommand(on(server, options), context), {
      isTTY,
      env: { TERM: 'xterm-256color' },
    })
    assert.equal(await run.exitCode, EXIT_CODES.done)
    return run.stdout
  }
  assert.equal(await ask({}), '#000001 user1\n')
  assert.equal(await ask({}), '#000001 user1\n')
  assert.equal(await ask({ new: true }), '#000002 user2\n')
  assert.deepEqual(JSON.parse(await ask({ json: true })), {
    server: server.url,
    id: 'user2',
    color: '#000002',
  })
  assert.match(await ask({}, true), /^\u001b\[38;5;16m█+\u001b\[39m #000002 user2\n$/)
})

test('send: ends after the ack and leaves the room', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  const run = new CommandRun(context => sendCommand('r1', 'hello', on(server, { json: true }), context))
  assert.equal(await run.exitCode, EXIT_CODES.done)
  assert.deepEqual([run.objects[0]?.type, run.objects[0]?.seq], ['sent', 1])
  assert.equal(server.requests('chat.leave').length, 1)
})

test('send: an invite names the server and the room', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  const run = new CommandRun(context => sendCommand(`${server.url}/r1`, 'hello', { tokenFile }, context))
  assert.equal(await run.exitCode, EXIT_CODES.done)
  assert.deepEqual(textsIn(server), ['hello'])
})

test('send -: sends a message per line, in order, despite refusals and a lost connection; blank lines are skipped', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  server.script = (request, connection) => {
    if (request.type !== 'chat.send') return undefined
    const count = server.requests('chat.send').length
    if (count === 2) connection.refuse(request.id, 'rateLimited', 1)
    else if (count === 5) connection.send({ type: 'serverRestart', retryAfterMs: 1 })
    if (count === 5) connection.close(1012)
    return count === 2 || count === 5 ? 'handled' : undefined
  }
  const run = new CommandRun(context => sendCommand('r1', '-', on(server), context))
  run.stdin.write('one\r\ntwo\n\n   \nthr')
  run.stdin.end('ee 셋\nfour\nlast without an end')
  assert.equal(await run.exitCode, EXIT_CODES.done)
  assert.deepEqual(textsIn(server), ['one', 'two', 'three 셋', 'four', 'last without an end'])
  assert.match(run.stderr, /server restarts[\s\S]*Connected again/)
})

test('send -: a refused line stops the rest, and its number is told', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  server.script = (request, connection) => {
    if (request.type !== 'chat.send' || request.text !== 'two') return undefined
    connection.refuse(request.id, 'notInRoom')
    return 'handled'
  }
  const refused = new CommandRun(context => sendCommand('r1', '-', on(server), context))
  refused.stdin.write('one\ntwo\nthree\n')
  assert.equal(await refused.exitCode, EXIT_CODES.refused)
  assert.match(refused.stderr, /Line 2 was not sent/)
  assert.deepEqual(textsIn(server), ['one'])
})

test('send: a stop before the ack is a failure', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  server.script = request => (request.type === 'chat.send' ? 'handled' : undefined)
  const inFlight = new CommandRun(context => sendCommand('r1', 'hello', on(server), context))
  await server.until(() => server.requests('chat.send').length === 1)
  inFlight.stop()
  assert.equal(await inFlight.exitCode, EXIT_CODES.unexpected)
  const waiting = new CommandRun(context => sendCommand('r1', '-', on(server), context))
  await server.until(() => server.requests('chat.join').length === 2)
  waiting.stop()
  assert.equal(await waiting.exitCode, EXIT_CODES.unexpected)
  assert.match(waiting.stderr, /^Stopped before everything was sent\.\n$/)
})

test('tail: prints recent messages, then each event, a line each', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  server.say('r1', 'before')
  const run = new CommandRun(context => tailCommand('r1', on(server), context))
  await run.until(() => run.lines.length === 1)
  server.say('r1', 'two\nlines \u001b]0;owned\u0007')
  const ann = { id: 'annannann', color: '#112233' }
  for (const connection of server.connections) {
    connection.send({ type: 'chat.join', room: 'r1', users: [ann], people: 2 })
    connection.send({ type: 'chat.exit', room: 'r1', users: [ann], people: 1 })
  }
  await run.until(() => run.lines.length === 4)
  assert.match(run.lines[0] ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z #FEDCBA·some before$/)
  assert.match(run.lines[1] ?? '', / two lines $/)
  assert.deepEqual(run.lines.slice(2), ['→ #112233·anna joined', '← #112233·anna left'])
  run.stop()
  assert.equal(await run.exitCode, EXIT_CODES.done)
  assert.equal(server.requests('chat.leave').length, 1)
  assert.equal(run.stderr, '')
})

for (const [language, bot, earlier] of [
  ['en', 'bot', 'an earlier message'],
  ['ko', '봇', '지난 메시지'],
] as const)
  test(`tail: marks what a bot says, and says whom and what a message answers (${language})`, async () => {
    await using server = await FakeServer.start()
    server.addRoom('r1')
    server.say('r1', 'is the build\ngreen” or red? it has taken very long today')
    const run = new CommandRun(context => tailCommand('r1', on(server), context), {
      texts: textsForLocale(language),
    })
    await run.until(() => run.lines.length === 1)
    const user = { id: 'annannann', color: '#112233' }
    const said = { user, createdAt: 0 }
    const messages = [
      { ...said, seq: 2, clientMessageId: 'a', text: 'green', replyTo: 1, bot: true as const },
      { ...said, seq: 3, clientMessageId: 'b', text: '“red” no', replyTo: 2 },
      { ...said, seq: 4, clientMessageId: 'c', text: '“red” (bot) no', replyTo: 900 },
    ]
    for (const connection of server.connections)
      for (const message of messages) connection.send({ type: 'chat.chat', room: 'r1', message })
    await run.until(() => run.lines.length === 4)
    run.stop()
    await run.exitCode
    const at = '1970-01-01T00:00:00.000Z #112233·anna'
    assert.deepEqual(run.lines.slice(1), [
      `${at}·${bot}→#FEDCBA·some “is the build green" or red? it has take…” green`,
      `${at}→#112233·anna “green” “red” no`,
      `${at}→? (${earlier}) “red” (bot) no`,
    ])
  })

test('tail --json: prints each event as an object and each message once, across a server restart', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  for (const text of ['1', '2', '3']) server.say('r1', text)
  const run = new CommandRun(context => tailCommand('r1', on(server, { json: true, since: '1' }), context))
  await run.until(() => run.lines.length === 2)
  await server.stop()
  server.say('r1', '4')
  await server.listen()
  await run.until(() => run.lines.length === 3)
  server.say('r1', '5')
  await run.until(() => run.lines.length === 4)
  assert.deepEqual(
    run.objects.map(event => event.type),
    ['message', 'message', 'message', 'message'],
  )
  assert.deepEqual(
    run.objects.map(event => (event.message as { seq: number }).seq),
    [2, 3, 4, 5],
  )
  for (const line of run.stderr.split('\n').slice(0, -1)) assert.ok('notice' in JSON.parse(line))
  run.stop()
  assert.equal(await run.exitCode, EXIT_CODES.done)
})

test('M6 tail: says where messages are kept no longer, and goes on', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  for (let seq = 1; seq <= 80; seq++) server.say('r1', `${seq}`)
  server.resumeMessages = 10
  server.script = (request, connection) => {
    if (request.type !== 'chat.history') return undefined
    const { messages } = server.room('r1')
    const kept = messages.filter(({ seq }) => seq > 20 && seq < (request.beforeSeq ?? 0))
    connection.send({ type: 'chat.history', id: request.id, room: 'r1', messages: kept })
    return 'handled'
  }
  for (const [since, isMissing] of [
    ['5', true],
    ['20', false],
  ] as const) {
    const run = new CommandRun(context => tailCommand('r1', on(server, { since }), context))
    await run.until(() => run.lines.length === 60)
    assert.match(run.lines[0] ?? '', / 21$/)
    assert.equal(run.stderr, isMissing ? 'Messages are missing here: there were more than are kept.\n' : '')
    run.stop()
    assert.equal(await run.exitCode, EXIT_CODES.done)
  }
})

test('tail: ends if the room is gone after a restart', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  const run = new CommandRun(context => tailCommand('r1', on(server), context))
  await server.until(() => server.requests('chat.join').length === 1)
  server.rooms.delete('r1')
  server.dropAll()
  assert.equal(await run.exitCode, EXIT_CODES.noSuchRoom)
})

test('with a damaged token file the command still works, as a new person and with a notice', async () => {
  await using server = await FakeServer.start()
  const damaged = join(directory, 'damaged.json')
  await writeFile(damaged, '{')
  const run = new CommandRun(context => roomsCommand({ server: server.url, tokenFile: damaged }, context))
  assert.equal(await run.exitCode, EXIT_CODES.done)
  assert.match(run.stderr, /damaged.*\.corrupt/)
})
