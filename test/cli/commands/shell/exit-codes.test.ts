import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { roomsCommand } from '../../../../cli/commands/rooms.ts'
import { sendCommand } from '../../../../cli/commands/send.ts'
import { commandFailureOf, EXIT_CODES } from '../../../../cli/commands/shell/exit-codes.ts'
import { printableJsonLine } from '../../../../cli/commands/shell/printable-json.ts'
import { tailCommand } from '../../../../cli/commands/tail.ts'
import { en } from '../../../../cli/i18n/en.ts'
import { ERROR_CODE_NAMES, RequestError } from '../../../../protocol/error-codes.ts'
import { CommandRun } from '../../../support/command-run.ts'
import { FakeServer } from '../../../support/fake-server.ts'

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-exits-'))
})
after(() => rm(directory, { recursive: true }))

test('the exit codes never change', () => {
  assert.deepEqual(EXIT_CODES, {
    done: 0,
    unexpected: 1,
    usage: 2,
    serverUnreachable: 3,
    noSuchRoom: 4,
    wrongPassword: 5,
    roomFull: 6,
    refused: 7,
    fileNotUsable: 8,
  })
})

test('E1: each refusal of a server has an exit code and a sentence that is safe to print', () => {
  const exits = Object.fromEntries(
    ERROR_CODE_NAMES.map(code => {
      const failure = commandFailureOf(new RequestError(code, 'so \u001b[2Jit is\nsaid'), en)
      assert.match(failure.sentence, /^[A-Z][^\p{Cc}]*\.$/u)
      assert.equal(failure.code, code)
      return [code, failure.exitCode]
    }),
  )
  assert.deepEqual(exits, {
    invalidRequest: 2,
    unknownType: 1,
    unauthorized: 7,
    noSuchRoom: 4,
    passwordRequired: 5,
    wrongPassword: 5,
    roomFull: 6,
    readOnly: 7,
    notInRoom: 7,
    tooManyRooms: 7,
    tooManySeats: 7,
    rateLimited: 7,
    noSuchGif: 7,
    invalidGif: 8,
    gifTooLarge: 8,
    roomGifsFull: 7,
    serverGifsFull: 7,
    unavailable: 3,
    internal: 1,
  })
  assert.equal(commandFailureOf(new TypeError('x is not a function'), en).exitCode, EXIT_CODES.unexpected)
})

test('every failure is one sentence on standard error and nothing on standard output', async () => {
  await using server = await FakeServer.start()
  server.addRoom('r1', { password: 'tangerine' })
  server.script = request => {
    if (request.type === 'chat.join' && request.room === 'full') throw new RequestError('roomFull', 'full')
    if (request.type === 'chat.join' && request.room === 'busy') {
      throw new RequestError('rateLimited', 'slowly', { retryAfterMs: 20_000 })
    }
    return undefined
  }
  await using gone = await FakeServer.start()
  await gone.stop()
  const on = (more: object = {}) => ({
    server: server.url,
    tokenFile: join(directory, 'tokens.json'),
    ...more,
  })
  const runs: readonly (readonly [number, RegExp, CommandRun])[] = [
    [2, /no gifchat address/, new CommandRun(context => roomsCommand(on({ server: 'ftp://x' }), context))],
    [2, /Say what to send/, new CommandRun(context => sendCommand('r1', undefined, on(), context))],
    [
      2,
      /one of them at a time/,
      new CommandRun(context => sendCommand('r1', 'a', on({ gif: 'b' }), context)),
    ],
    [2, /not the id of a room/, new CommandRun(context => sendCommand('no room', 'a', on(), context))],
    [
      2,
      /--since needs the number/,
      new CommandRun(context => tailCommand('r1', on({ since: '-1' }), context)),
    ],
    [3, /No server answers/, new CommandRun(context => roomsCommand(on({ server: gone.url }), context))],
    [4, /no such room/, new CommandRun(context => tailCommand('nowhere', on(), context))],
    [5, /has a password/, new CommandRun(context => tailCommand('r1', on(), context))],
    [
      5,
      /not the password/,
      new CommandRun(context => sendCommand('r1', 'a', on({ password: 'no' }), context)),
    ],
    [6, /full/, new CommandRun(context => tailCommand('full', on(), context))],
    [7, /too fast.*20 sec/, new CommandRun(context => tailCommand('busy', on(), context))],
    [
      8,
      /no file/,
      new CommandRun(context =>
        sendCommand('r1', undefined, on({ password: 'tangerine', gif: '/no' }), context),
      ),
    ],
  ]
  for (const [exitCode, sentence, run] of runs) {
    assert.equal(await run.exitCode, exitCode, run.stderr)
    assert.match(run.stderr, sentence)
    assert.match(run.stderr, /^[^\n]*\.\n$/)
    assert.equal(run.stdout, '')
  }
})

test('--json: a failure is one JSON object on standard error', async () => {
  await using server = await FakeServer.start()
  const options = { server: server.url, tokenFile: join(directory, 'tokens.json'), json: true }
  const run = new CommandRun(context => tailCommand('nowhere', options, context))
  assert.equal(await run.exitCode, 4)
  const { error } = JSON.parse(run.stderr)
  assert.deepEqual([error.code, error.exitCode, typeof error.message], ['noSuchRoom', 4, 'string'])
})

test('a JSON line is one line, does nothing to a terminal, and parses to the same value', () => {
  const value = {
    text: '\u001b[31m\u0007\u009b31m\u0085\u2028\u2029\u202e\u2066\u007f 고양이 🐈\n',
    lone: '\ud800',
  }
  const line = printableJsonLine(value)
  assert.deepEqual(JSON.parse(line), value)
  assert.match(line, /^[^\p{Cc}\p{Bidi_Control}\u2028\u2029]*\n$/u)
  assert.match(line, /고양이 🐈/)
})
