import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tailCommand } from '../../cli/commands/tail.ts'
import { whoamiCommand } from '../../cli/commands/whoami.ts'
import { areColorsAlike, labColorOf } from '../../cli/terminal/color/color-difference.ts'
import { parseColor } from '../../cli/terminal/color/color-space.ts'
import { createTokens } from '../../server/identity/tokens.ts'
import { publicUserOf } from '../../server/identity/user.ts'
import { openRoomOnScreen, type RoomOnScreen } from '../support/chat-room.ts'
import { startTestServer } from '../support/chat-server.ts'
import { CommandRun } from '../support/command-run.ts'
import { RecordedClient } from '../support/recorded-client.ts'
import { KEYS, openTerminal } from '../support/terminal.ts'
import { WireClient } from '../support/wire-client.ts'

/** With the secret of a server, a test makes as many identities as it likes. */
const secret = 'known to this test alone'
const tokens = createTokens(secret)

/** The token of an identity whose colour is similar to `color` and not the same. */
function tokenLike(color: string): string {
  const wanted = labColorOf(parseColor(color))
  for (;;) {
    const token = tokens.issue()
    const other = publicUserOf(tokens.verify(token) ?? '').color
    if (other !== color && areColorsAlike(labColorOf(parseColor(other)), wanted)) return token
  }
}

/** A guest of a room, and somebody of a similar colour who comes when the test wants it. */
function impostorOf({ guest, room }: Pick<RoomOnScreen, 'guest' | 'room'>, url: string) {
  const victim = publicUserOf(tokens.verify(guest.token) ?? '')
  const token = tokenLike(victim.color)
  const impostor = publicUserOf(tokens.verify(token) ?? '')
  const arrive = async (text: string) => {
    const client = await WireClient.hello(url, token)
    await client.ask({ type: 'chat.join', room }, 'chat.joined')
    await client.ask({ type: 'chat.send', room, clientMessageId: 'i1', text }, 'chat.ack')
    return client
  }
  return { victim, impostor, arrive }
}

const tagged = ({ id, color }: { readonly id: string; readonly color: string }) =>
  `${color} ${id.slice(0, 4)}`

test('I3: who comes with a similar colour is told apart by the tag, as is the other, and stays so', async () => {
  await using server = await startTestServer({ secret })
  await using there = await openRoomOnScreen(server.url, { title: '야간 열차' })
  const { terminal, room } = there
  const { victim, impostor, arrive } = impostorOf(there, server.url)
  const seq = await there.say('I am the one')
  await terminal.waitFor('▎I am the one')
  const client = await arrive('no, I am')
  await terminal.waitFor('▎no, I am')
  const rows = () => terminal.screen().join('\n')
  assert.ok(rows().includes(`▎${tagged(victim)}  `) && rows().includes(`▎${tagged(impostor)}  `), rows())
  const reply = { type: 'chat.send', room, clientMessageId: 'i2', text: 'listen' } as const
  await client.ask({ ...reply, replyTo: seq }, 'chat.ack')
  await terminal.waitFor(`↳ ${tagged(victim)}: I am the one`)
  await there.guest.ask({ type: 'chat.typing', room }, 'chat.typed')
  await terminal.waitFor(`${tagged(victim)} is writing`)
  await client.ask({ type: 'chat.leave', room }, 'chat.left')
  await client[Symbol.asyncDispose]()
  await terminal.waitFor(`${tagged(impostor)} left`)
  assert.ok(rows().includes(`▎${tagged(victim)}  `), 'the tag stays')
})

test('L2: one address makes new identities at a rate, and the client waits for its turn', async () => {
  await using server = await startTestServer({ identitiesPerMinute: 60 })
  await using known = await WireClient.hello(server.url)
  const strangers = await Promise.all(Array.from({ length: 340 }, () => WireClient.open(server.url)))
  const answers = await Promise.all(strangers.map(stranger => stranger.request({ type: 'hello' })))
  // A class of 200 is in at once; those who grind for a colour are not.
  assert.ok(answers.slice(0, 299).every(({ type }) => type === 'welcome'))
  const refused = answers.flatMap(answer => (answer.type === 'error' ? [answer] : []))
  assert.ok(refused.length > 0)
  for (const { code, retryAfterMs = 0 } of refused)
    assert.ok(code === 'rateLimited' && retryAfterMs > 0 && retryAfterMs <= 1_000, `${code} ${retryAfterMs}`)
  const last = strangers.at(-1)
  const token = { type: 'hello', token: known.token } as const
  assert.equal(
    (await last?.request(token))?.type,
    'welcome',
    'the connection stays, and a token is never refused',
  )
  await using recorded = await RecordedClient.connect({ server: server.url })
  assert.equal(recorded.all('identity')[0]?.identity, 'new')
  for (const stranger of strangers) stranger.cut()
})

test('L2: who has to wait longer is told so before there is a screen, in Korean too', async () => {
  await using server = await startTestServer({ identitiesPerMinute: 0.1 })
  await using _first = await WireClient.hello(server.url)
  await using english = await openTerminal({ args: ['--server', server.url] })
  await english.waitFor('Many people are new to this server from your network')
  english.type(KEYS.ctrlC)
  await english.exited
  await using korean = await openTerminal({ args: ['--server', server.url], env: { LANG: 'ko_KR.UTF-8' } })
  await korean.waitFor('차례가 되면 들어갑니다')
  korean.type(KEYS.ctrlC)
  await korean.exited
  const whoami = new CommandRun(context => whoamiCommand({ server: server.url }, context), {
    env: { GIFCHAT_TOKEN_FILE: `${server.directory}/whoami-token` },
  })
  await whoami.until(() => whoami.stderr.includes('Many people are new to this server'))
  whoami.stop()
  await whoami.exitCode
})

test('R2: a room whose title differs only in what nobody sees has the same title', async () => {
  await using server = await startTestServer()
  await using client = await WireClient.hello(server.url)
  const titleOf = async (title: string) =>
    (await client.ask({ type: 'room.create', title }, 'room.created')).room.title
  const title = await titleOf('점심 lunch 👩‍💻')
  for (const hidden of [
    '\u200B',
    '\u3164',
    '\uFFA0',
    '\u00AD',
    '\u034F',
    '\u202E',
    '\uFE0F',
    '\u{E0061}',
    '\u200D',
  ])
    assert.equal(await titleOf(`${hidden}점${hidden}심 lu${hidden}nch${hidden} 👩‍💻${hidden}`), title)
  const { field } = await client.refused({ type: 'room.create', title: '\u3164\u200D\u2800' })
  assert.equal(field, 'title')
})

test('I3: with 16 colours, people are told apart whose colours this screen shows as one', async () => {
  await using server = await startTestServer({ secret })
  const env = { COLORTERM: '', TERM: 'xterm' }
  await using there = await openRoomOnScreen(server.url, { rows: 60, env })
  // More people than there are colours on this screen.
  const crowd = await Promise.all(Array.from({ length: 17 }, () => WireClient.hello(server.url)))
  for (const [index, client] of crowd.entries()) {
    await client.ask({ type: 'chat.join', room: there.room }, 'chat.joined')
    const request = {
      type: 'chat.send',
      room: there.room,
      clientMessageId: 'c',
      text: `said${index}`,
    } as const
    await client.ask(request, 'chat.ack')
  }
  await there.terminal.waitFor('▎said16')
  const names = there.terminal.screen().flatMap((row, y) => {
    const name = /^▎(#\w{6}(?: \w+)?) {2}/.exec(row)?.[1]
    return name === undefined ? [] : [{ name, look: there.terminal.cell(1, y).foreground }]
  })
  assert.equal(names.length, 17)
  const bare = names.filter(({ name }) => !name.includes(' '))
  for (const { look } of bare) assert.equal(names.filter(other => other.look === look).length, 1)
})

test('I3: without colours everybody has a tag', async () => {
  await using server = await startTestServer({ secret })
  await using there = await openRoomOnScreen(server.url, { env: { NO_COLOR: '1' } })
  const { terminal } = there
  const { victim, impostor, arrive } = impostorOf(there, server.url)
  await there.say('I am the one')
  await using _client = await arrive('no, I am')
  await terminal.waitFor(view => view.text().some(row => row === '▎no, I am'))
  const rows = terminal.screen().join('\n')
  assert.ok(rows.includes(`▎${tagged(victim)}  `) && rows.includes(`▎${tagged(impostor)}  `), rows)
  assert.match(rows, /#[0-9A-F]{6} \w{4} came in/)
})

test('I3: for a screen reader, and in the lines of tail, everybody has a tag', async () => {
  await using server = await startTestServer({ secret })
  await using guest = await WireClient.hello(server.url)
  const { room } = await guest.ask({ type: 'room.create', title: '야간 열차' }, 'room.created')
  await guest.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const address = `${server.url}/${room.id}`
  await using terminal = await openTerminal({ args: ['join', address, '--screen-reader'] })
  await terminal.waitFor('야간 열차')
  const { victim, impostor, arrive } = impostorOf({ guest, room: room.id }, server.url)
  await guest.ask(
    { type: 'chat.send', room: room.id, clientMessageId: 'g1', text: 'I am the one' },
    'chat.ack',
  )
  await using _client = await arrive('no, I am')
  await terminal.waitFor('no, I am')
  const spoken = terminal.screen().join('\n')
  assert.ok(spoken.includes(`${tagged(victim)}: I am the one`), spoken)
  assert.ok(spoken.includes(`${tagged(impostor)}: no, I am`), spoken)
  const tail = new CommandRun(context => tailCommand(address, {}, context), {
    env: { GIFCHAT_TOKEN_FILE: `${server.directory}/tail-token` },
  })
  await tail.until(() => tail.stdout.includes('no, I am'))
  for (const { color, id } of [victim, impostor])
    assert.ok(tail.stdout.includes(`${color}·${id.slice(0, 4)} `), tail.stdout)
  tail.stop()
  await tail.exitCode
})

test('I3: the list of people and the completion of mentions carry the tag', async () => {
  await using server = await startTestServer({ secret })
  await using there = await openRoomOnScreen(server.url, { columns: 100 })
  const { terminal } = there
  const { victim, impostor, arrive } = impostorOf(there, server.url)
  await using _client = await arrive('no, I am')
  await terminal.waitFor('▎no, I am')
  terminal.type('@')
  await terminal.waitFor(`${tagged(victim)}`)
  await terminal.waitFor(`${tagged(impostor)}`)
  terminal.type(`${victim.color.slice(1)}${KEYS.tab}`)
  await terminal.waitFor(view => view.text().includes(`› @${victim.id.slice(0, 4)}`))
})
