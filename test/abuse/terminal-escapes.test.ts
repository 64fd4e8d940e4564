// Abuse 5: what somebody says acts on the terminals of others. What a server says by itself is in
// hostile-server.test.ts and server-strings.test.ts, each rule of the cleaning in
// test/cli/terminal/terminal-safe-text.test.ts.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { roomsCommand } from '../../cli/commands/rooms.ts'
import { tailCommand } from '../../cli/commands/tail.ts'
import { startTestServer, type TestServer } from '../support/chat-server.ts'
import { CommandRun } from '../support/command-run.ts'
import { extensionBlock, writeFrame, writeGif } from '../support/gif-writer.ts'
import { openTerminal } from '../support/terminal.ts'
import { WireClient } from '../support/wire-client.ts'

/** What a terminal acts on. Each has a number that the client itself never writes. */
const ESCAPES: Readonly<Record<string, string>> = {
  'the title of the window': '\x1b]0;4242\x07',
  'the clipboard, OSC 52': '\x1b]52;c;NDI0Mg==\x07',
  'a link, OSC 8': '\x1b]8;;file://4242\x1b\\here\x1b]8;;\x1b\\',
  'a notification': '\x1b]9;4242\x07',
  'a query for a capability, DCS': '\x1bP+q4242\x1b\\',
  'a query for a setting, DCS': '\x1bP$q4242m\x1b\\',
  sixels: '\x1bPq#4242\x1b\\',
  'a picture of kitty': '\x1b_Gi=4242,a=q;AAAA\x1b\\',
  'a question that types its answer': '\x1b[4242n',
  'a colour': '\x1b[4242m',
  'a move of the cursor': '\x1b[4242;1H',
  'invisible text': '\x1b[8m4242',
  'a reset': '\x1bc4242',
  'C1: a colour': '\u009b4242m',
  'C1: the clipboard': '\u009d52;c;4242\u009c',
  'C1: DCS': '\u0090+q4242\u009c',
  'C1: APC and PM': '\u009f4242\u009c\u009e4242\u009c',
  'an answer for tmux': '\x1bPtmux;\x1b\x1b]52;c;4242\x07\x1b\\',
  'the other direction': '\u202e4242\u2066',
  'a beep, backspaces and a carriage return': '\x074242\b\b\b\b\r4242\x0b\x0c\x7f',
  'NUL and shifts': '\x004242\x0e4242\x0f',
}
const ALL = Object.values(ESCAPES).join('')

function assertUntouched(output: string, isScript: boolean): void {
  assert.ok(output.includes('harmless'), output.slice(-500))
  for (const [name, sequence] of Object.entries(ESCAPES)) assert.ok(!output.includes(sequence), name)
  assert.doesNotMatch(output, /[\u0080-\u009f\u202a-\u202e\u2066-\u2069\0]/u)
  // Between an escape and its number stands at most what the sequences above have there.
  assert.doesNotMatch(output, /\x1b(?:[\]P_][^\x1b\x07]{0,12})?4242/)
  if (isScript) assert.doesNotMatch(output, /[^\P{Cc}\n\t]/u)
}

describe('a room in which somebody says all that a terminal acts on', () => {
  let server: TestServer
  let peer: WireClient
  let room: string
  let directory: string
  before(async () => {
    server = await startTestServer()
    peer = await WireClient.hello(server.url)
    directory = await mkdtemp(join(tmpdir(), 'gifchat-escapes-'))
    const title = `harmless${ALL}`.slice(0, 60)
    const opened = await peer.ask({ type: 'room.create', title, max: 100 }, 'room.created')
    room = opened.room.id
    await peer.ask({ type: 'chat.join', room }, 'chat.joined')
    const say = async (clientMessageId: string, text: string) =>
      peer.ask({ type: 'chat.send', room, clientMessageId, text }, 'chat.ack')
    await say('all', `harmless${ALL}`)
    for (const [index, sequence] of Object.values(ESCAPES).entries())
      await say(`m${index}`, `a${sequence}harmless`)
    const uploaded = await fetch(`${server.url.replace('ws', 'http')}/rooms/${room}/gifs`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${peer.token}` },
      body: new Uint8Array(commentedGif()),
    })
    const { id: gif } = (await uploaded.json()) as { id: string } // PROTOCOL.md G1
    for (const [index, sequence] of Object.values(ESCAPES).entries()) {
      const name = `harmless${sequence}.gif`
      await peer.ask({ type: 'chat.sendGif', room, clientMessageId: `g${index}`, gif, name }, 'chat.ack')
    }
  })
  after(async () => {
    await peer[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })
  const options = () => ({ server: server.url, tokenFile: join(directory, 'tokens.json') })

  for (const [name, json] of [
    ['lines', false],
    ['JSON', true],
  ] as const) {
    test(`abuse 5: rooms prints its title as text, in ${name}`, async () => {
      const run = new CommandRun(context => roomsCommand({ ...options(), json }, context), { isTTY: true })
      assert.equal(await run.exitCode, 0)
      assertUntouched(run.stdout + run.stderr, true)
    })

    test(`abuse 5: tail prints its history as text, in ${name}`, async () => {
      const more = { ...options(), json, since: '0' }
      const run = new CommandRun(context => tailCommand(room, more, context), { isTTY: !json })
      await run.until(() => run.lines.length > Object.keys(ESCAPES).length * 2)
      run.stop()
      await run.exitCode
      assertUntouched(run.stdout + run.stderr, true)
    })
  }

  for (const [name, more] of [
    ['the screen', []],
    ['lines for screen readers', ['--screen-reader']],
  ] as const) {
    test(`abuse 5: history, a GIF's name and what is said now are text in ${name}`, async () => {
      await using terminal = await openTerminal({
        args: ['join', `${server.url}/${room}`, ...more],
        columns: 100,
        rows: 60,
      })
      await peer.event('chat.join')
      const live = { type: 'chat.send', room, text: `${ALL}said just now` } as const
      await peer.ask({ ...live, clientMessageId: `live ${name}` }, 'chat.ack')
      await terminal.waitFor('said just now')
      assertUntouched(terminal.output, false)
    })
  }
})

/** A GIF whose comments, plain text and application have all of it. */
function commentedGif(): Buffer {
  const whole = writeGif({
    width: 2,
    height: 2,
    palette: [
      [0, 0, 0],
      [255, 0, 0],
    ],
    frames: [],
  })
  const words = Buffer.from(ALL)
  return Buffer.concat([
    whole.subarray(0, -1),
    extensionBlock(0xfe, words),
    extensionBlock(0x01, Buffer.concat([Buffer.alloc(12), words])),
    extensionBlock(0xff, Buffer.concat([Buffer.from('XMP DataXMP'), words])),
    writeFrame({ width: 2, height: 2, indices: Uint8Array.of(0, 1, 0, 1) }),
    Uint8Array.of(0x3b),
  ])
}

test('abuse 5: G2 what a GIF says in comments is not in the file that others get', async () => {
  await using server = await startTestServer()
  await using peer = await WireClient.hello(server.url)
  const { room } = await peer.ask({ type: 'room.create', title: 'x' }, 'room.created')
  await peer.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  const gifs = `${server.url.replace('ws', 'http')}/rooms/${room.id}/gifs`
  const headers = { Authorization: `Bearer ${peer.token}` }
  const sent = commentedGif()
  assert.ok(sent.includes('4242'))
  const uploaded = await fetch(gifs, { method: 'POST', headers, body: new Uint8Array(sent) })
  const { id } = (await uploaded.json()) as { id: string } // PROTOCOL.md G1
  const kept = Buffer.from(await (await fetch(`${gifs}/${id}`, { headers })).arrayBuffer())
  assert.ok(kept.subarray(0, 3).equals(Buffer.from('GIF')))
  assert.ok(!kept.includes('4242') && !kept.includes('\x1b]'))
})
