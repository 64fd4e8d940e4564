import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { openRoomOnScreen, type RoomOnScreen } from '../support/chat-room.ts'
import { startTestServer } from '../support/chat-server.ts'
import { FakeServer } from '../support/fake-server.ts'
import { KEYS, openTerminal } from '../support/terminal.ts'

const bin = join(import.meta.dirname, '../../bin/gifchat.js')
const ALT_UP = '\x1b[1;3A'

const textsOf = ({ guest }: RoomOnScreen): readonly string[] =>
  guest.all('chat.chat').flatMap(({ message }) => ('text' in message ? [message.text] : []))

test('somebody who reads --help learns what --no-mouse and its kind do, in both languages', () => {
  for (const [LANG, mouse, typing] of [
    ['en_US.UTF-8', /--no-mouse +leave the mouse to the terminal/, /--no-typing +do not let the others/],
    ['ko_KR.UTF-8', /--no-mouse +마우스를 터미널에 맡깁니다/, /--no-typing +.*보이지 않습니다/],
  ] as const) {
    const env = { ...process.env, LANG, LC_ALL: LANG, COLUMNS: '200' }
    const help = execFileSync(process.execPath, [bin, '--help'], { encoding: 'utf8', env }).replace(
      /\s+/g,
      ' ',
    )
    assert.match(help, mouse)
    assert.match(help, typing)
    assert.doesNotMatch(help, /--no-mouse +the wheel scrolls|--no-mouse +휠로 스크롤합니다/)
  }
})

test('somebody who reads Korean has a 신원, and is not addressed as 당신', () => {
  const env = { ...process.env, GIFCHAT_LANG: 'ko', COLUMNS: '200' }
  const helpOf = (...command: readonly string[]) =>
    execFileSync(process.execPath, [bin, ...command, '--help'], { encoding: 'utf8', env })
  for (const command of ['create', 'join', 'send', 'tail', 'whoami', 'doctor', 'wire', 'completion', 'serve'])
    assert.doesNotMatch(helpOf(command), /신분|당신/, command)
  assert.match(helpOf(), /신원/)
})

test('somebody who writes "/leave now" stays, and reads how to do what they may have meant', async () => {
  await using server = await startTestServer()
  await using there = await openRoomOnScreen(server.url)
  const { terminal, guest } = there
  terminal.type(`/leave now${KEYS.enter}`)
  await terminal.waitFor('Nothing may follow /leave, so nothing was done.')
  terminal.type(`\x15//leave now${KEYS.enter}`)
  await guest.event('chat.chat', ({ message }) => 'text' in message && message.text === '/leave now')
  terminal.type(`/leave${KEYS.enter}`)
  await guest.event('chat.exit')
})

test('in a window of 20×5, Tab goes only to fields that are seen', async () => {
  await using server = await startTestServer()
  await using terminal = await openTerminal({ args: ['--server', server.url], columns: 20, rows: 5 })
  await terminal.ready()
  terminal.type('n')
  await terminal.waitFor(' › Title')
  terminal.type('tiny')
  await terminal.waitFor(screen => screen.text().some(row => /^ › Title +tiny$/.test(row)))
  for (const label of ['Title', 'People', 'Password', 'Title']) {
    await terminal.waitFor(screen => screen.text().some(row => row.startsWith(` › ${label.slice(0, 5)}`)))
    const row = terminal.screen().findIndex(text => text.startsWith(' › '))
    await terminal.waitFor(screen => screen.cursor.y === row)
    terminal.type(KEYS.tab)
  }
})

test('somebody with a screen reader hears of no key and no dropping that they do not have', async () => {
  await using server = await startTestServer()
  await using terminal = await openTerminal({
    args: ['create', 'spoken', '--screen-reader', '--server', server.url],
  })
  await terminal.waitFor('You are in spoken')
  const before = terminal.output.length
  terminal.type(`/help${KEYS.enter}`)
  await terminal.waitFor('/quit: leave and end the program')
  const help = terminal.output.slice(before)
  assert.match(help, /\/gif <file>: post a GIF from a file/)
  assert.doesNotMatch(help, /select|drop|\/detach|\/share/)
})

test('somebody who pastes a Makefile gets it stored as it was, each tab counted once', async () => {
  await using server = await startTestServer()
  await using there = await openRoomOnScreen(server.url, { columns: 100 })
  const { terminal } = there
  const makefile = `all:\n\tcc -o all main.c\n${'\t# note\n'.repeat(230)}`
  terminal.paste(makefile)
  await terminal.waitFor(`${makefile.length}/2000`)
  terminal.type(KEYS.enter)
  await terminal.waitFor('Enter sends them')
  terminal.type(KEYS.enter)
  await there.guest.event('chat.chat')
  assert.deepEqual(textsOf(there), [makefile])
  await there.say('thanks')
  await terminal.waitFor('thanks')
  terminal.type(ALT_UP + ALT_UP)
  await terminal.waitFor(screen => screen.text().some(row => row.endsWith('█')))
  terminal.type('c')
  await terminal.waitFor('Copied')
  assert.equal(terminal.view.clipboard, makefile)
  terminal.type(KEYS.escape)
  await terminal.waitFor('older messages')
  terminal.type(KEYS.end)
  await there.say('a\tb')
  await terminal.waitFor('▎a    b')
})

test('somebody who writes more than a message may have is offered to send it in parts', async () => {
  await using server = await startTestServer()
  await using there = await openRoomOnScreen(server.url)
  const { terminal, guest } = there
  const long = Array.from({ length: 500 }, (_, line) => `line ${line}`).join('\n')
  terminal.paste(long)
  terminal.type(KEYS.enter)
  await terminal.waitFor('Enter sends 3 messages')
  terminal.type(KEYS.escape)
  await terminal.waitFor(screen => !screen.text().join().includes('Enter sends 3'))
  terminal.type(KEYS.enter)
  await terminal.waitFor('Enter sends 3 messages')
  terminal.type(KEYS.enter)
  await guest.event('chat.chat', ({ message }) => message.seq === 3)
  assert.equal(textsOf(there).join('\n'), long)
})

test('somebody whose server is away reads that the message waits, and it goes out when the server is back', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  await using terminal = await openTerminal({ args: ['join', `${server.url}/r1`] })
  await terminal.waitFor('connected')
  await server.stop()
  await terminal.waitFor('connection lost')
  terminal.type(`anyone?${KEYS.enter}`)
  await terminal.waitFor('waits until the connection is back')
  await server.listen()
  await server.until(() => server.room('r1').messages.length === 1)
  await terminal.waitFor(screen => !screen.text().join().includes('waits until'))
})

test('a reply to something far up quotes it, and g goes there', async () => {
  await using server = await startTestServer()
  const history = Array.from({ length: 900 }, (_, index) => `said ${index + 1}`)
  await using there = await openRoomOnScreen(server.url, { history })
  const { terminal } = there
  await there.say('as I said', { replyTo: 3 })
  await terminal.waitFor(screen => screen.text().some(row => /↳ #[0-9A-F]{6}(?: \w+)?: said 3$/.test(row)))
  terminal.type(ALT_UP)
  await terminal.waitFor('►as I said')
  terminal.type('g')
  await terminal.waitFor('►said 3')
  terminal.type(KEYS.escape)
  await terminal.waitFor('older messages')
  terminal.type(KEYS.end)
  await terminal.waitFor('as I said')
})

test('Home reaches the first message of a long room in one press, and End the newest', async () => {
  await using server = await startTestServer()
  const history = Array.from({ length: 3_000 }, (_, index) => `said ${index + 1}`)
  await using there = await openRoomOnScreen(server.url, { history })
  const { terminal } = there
  await terminal.waitFor('said 3000')
  terminal.type(KEYS.home)
  await terminal.waitFor(screen => screen.text().some(row => /▎said 1$/.test(row)))
  terminal.type(KEYS.end)
  await terminal.waitFor('said 3000')
})

test('somebody who looks far up sees that it is looked for, how far, and that any key stops it', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1')
  for (let said = 1; said <= 1_000; said++) server.say('r1', `said ${said}`)
  let answer = Promise.withResolvers<undefined>()
  server.script = request => (request.type === 'chat.history' ? answer.promise : undefined)
  await using terminal = await openTerminal({ args: ['join', `${server.url}/r1`] })
  await terminal.waitFor('said 1000')
  await terminal.ready()
  terminal.type(KEYS.home)
  await terminal.waitFor('looking… any key stops')
  answer.resolve(undefined)
  await terminal.waitFor(screen => screen.text().some(row => /▎said 1$/.test(row)))
  terminal.type(KEYS.end)
  await terminal.waitFor('said 1000')
  const first = Promise.withResolvers<undefined>()
  answer = first
  terminal.type(`/find nobody said this${KEYS.enter}`)
  await terminal.waitFor('looked through 0… any key stops')
  answer = Promise.withResolvers()
  first.resolve(undefined)
  await terminal.waitFor('looked through 100… any key stops')
  terminal.type(KEYS.escape)
  await terminal.waitFor(screen => !screen.text().join().includes('looked through'))
  answer.resolve(undefined)
})

test('somebody looks for a word with /find, and for the one before it', async () => {
  await using server = await startTestServer()
  const history = Array.from({ length: 1_500 }, (_, index) =>
    index % 700 === 10 ? `the Pager rings ${index}` : `said ${index}`,
  )
  await using there = await openRoomOnScreen(server.url, { history })
  const { terminal } = there
  terminal.type(`/find pager${KEYS.enter}`)
  await terminal.waitFor('►the Pager rings 1410')
  assert.ok(
    terminal.screen().some(row => row.endsWith('said 1409')),
    'what was said before it is seen too',
  )
  terminal.type(`/find${KEYS.enter}`)
  await terminal.waitFor('►the Pager rings 710')
  terminal.type(`/find nobody said this${KEYS.enter}`)
  await terminal.waitFor('Nothing further up has "nobody said this".')
})

test('somebody looks for a day with /find', async () => {
  await using server = await FakeServer.start()
  const { messages } = server.addRoom('r1')
  const user = { id: 'somebody', color: '#FEDCBA' }
  for (let index = 0; index < 1_000; index++) {
    const createdAt = Date.UTC(2026, 0, 1 + Math.floor(index / 100), 12)
    const text = `on ${1 + Math.floor(index / 100)} January, ${index}`
    messages.push({ seq: index + 1, user, clientMessageId: `c${index}`, createdAt, text })
  }
  await using terminal = await openTerminal({ args: ['join', `${server.url}/r1`] })
  await terminal.waitFor('on 10 January, 999')
  terminal.type(`/find 2026-01-04${KEYS.enter}`)
  await terminal.waitFor('►on 4 January, 300')
})

test('doctor tells the version of the server', async () => {
  await using server = await startTestServer()
  const child = spawn(process.execPath, [bin, 'doctor', '--server', server.url], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const told = (await child.stdout.setEncoding('utf8').toArray()).join('')
  assert.match(told, /server gifchat\/\d+\.\d+\.\d+/)
})

test('whoever hears 1001 waits for the server to come back, and whoever hears 4410 does not', async () => {
  for (const [code, ends] of [
    [1001, false],
    [4410, true],
  ] as const) {
    await using server = await FakeServer.start()
    server.addRoom('r1')
    const child = spawn(process.execPath, [bin, 'tail', `${server.url}/r1`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const exited = once(child, 'exit')
    const told = createInterface({ input: child.stderr })
    await server.until(() => server.requests('chat.join').length === 1)
    await using terminal = await openTerminal({ args: ['join', `${server.url}/r1`] })
    await terminal.waitFor('connected')
    const [line] = await Promise.all([
      once(told, 'line'),
      ...[...server.connections].map(async connection => connection.close(code)),
    ])
    if (ends) {
      assert.match(String(line), /The host ended this server/)
      assert.equal((await exited)[0], 3)
      await terminal.waitFor('The host ended this server')
    } else {
      assert.match(String(line), /The connection was lost; trying again/)
      await server.until(() => server.requests('chat.join').length === 4)
      await terminal.waitFor('connected')
      child.kill('SIGTERM')
      await exited
    }
  }
})
