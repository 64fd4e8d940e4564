import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EXIT_CODES } from '../../../cli/commands/shell/exit-codes.ts'
import { LIMITS } from '../../../protocol/limits.ts'
import { FakeServer, type Script } from '../../support/fake-server.ts'
import { ProgramRun } from '../../support/program-run.ts'

async function serverWithRoom(script: Script = () => undefined): Promise<FakeServer> {
  const server = await FakeServer.start()
  server.addRoom('r1')
  server.script = script
  return server
}

const start = (server: FakeServer, more: readonly string[] = [], env = {}) =>
  ProgramRun.start(['send', `${server.url}/r1`, '-', ...more], { env })

const textsIn = (server: FakeServer): readonly string[] =>
  server.room('r1').messages.map(message => ('text' in message ? message.text : ''))

const notices = (run: ProgramRun): readonly string[] => run.stderr.split('\n').slice(0, -1)

describe('a log with lines that are longer than a message', () => {
  const long = Array.from({ length: 900 }, (_, index) => `word${index}`).join(' ')

  test('is sent whole, in parts between words, with one warning', async () => {
    await using server = await serverWithRoom()
    await using run = await start(server)
    run.endInput(`before\n${long}\r\n${long}\nafter`)
    assert.equal(await run.exited, EXIT_CODES.done, run.stderr)
    const texts = textsIn(server)
    assert.deepEqual([texts[0], texts.at(-1)], ['before', 'after'])
    assert.equal(texts.slice(1, -1).join(''), long + long)
    assert.ok(texts.slice(1, -1).every(text => text.length <= LIMITS.textLength && /^word\d+/.test(text)))
    assert.match(run.stderr, /^Line 2 is longer than a message: .*sent in parts.*\n$/)
  })

  test('is cut where that is wanted, with one warning', async () => {
    await using server = await serverWithRoom()
    await using run = await start(server, ['--long-lines', 'cut'], { GIFCHAT_LANG: 'ko' })
    run.endInput(`${long}\n${long}\nafter\n`)
    assert.equal(await run.exited, EXIT_CODES.done)
    const [first = '', second, after] = textsIn(server)
    assert.equal(textsIn(server).length, 3)
    assert.ok(first.length > LIMITS.textLength * 0.8 && long.startsWith(first))
    assert.deepEqual([second, after], [first, 'after'])
    assert.match(run.stderr, /^1번째 줄이 메시지보다 깁니다.*\n$/)
  })

  test('loses nothing of emoji and Korean, also where a line never ends', async () => {
    await using server = await serverWithRoom()
    await using run = await start(server)
    const line = '👩‍👩‍👧가나다'.repeat(3_000)
    const bytes = Buffer.from(line)
    run.type(bytes.subarray(0, 20_000))
    await server.until(() => server.requests('chat.send').length >= 1)
    run.endInput(bytes.subarray(20_000))
    assert.equal(await run.exited, EXIT_CODES.done, run.stderr)
    assert.equal(textsIn(server).join(''), line)
    for (const text of textsIn(server)) assert.match(text, /^(?:👩‍👩‍👧|[가나다])/u)
  })
})

describe('text of another encoding', () => {
  const words = '안녕, 세상\r\nsecond line\n'
  const utf16le = Buffer.from(words, 'utf16le')
  const inputs = {
    'UTF-8 with a mark': Buffer.from(`\ufeff${words}`),
    'UTF-16 as Windows writes it': Buffer.concat([Buffer.from([0xff, 0xfe]), utf16le]),
    'UTF-16 with the high byte first': Buffer.concat([
      Buffer.from([0xfe, 0xff]),
      Buffer.from(utf16le).swap16(),
    ]),
    'UTF-16 without a mark': utf16le,
  }
  for (const [name, bytes] of Object.entries(inputs)) {
    test(`arrives as it was written: ${name}`, async () => {
      await using server = await serverWithRoom()
      await using run = await start(server)
      run.type(bytes.subarray(0, 1))
      run.endInput(bytes.subarray(1))
      assert.equal(await run.exited, EXIT_CODES.done, run.stderr)
      assert.deepEqual(textsIn(server), ['안녕, 세상', 'second line'])
    })
  }

  test('a short line in UTF-8 is sent before more comes', async () => {
    await using server = await serverWithRoom()
    await using run = await start(server)
    run.type('a\n')
    await server.until(() => server.requests('chat.send').length === 1)
    run.endInput()
    assert.equal(await run.exited, EXIT_CODES.done)
  })
})

test('a script that is faster than the rate is told so once, with how many messages wait', async () => {
  let refused = 0
  await using server = await serverWithRoom((request, connection) => {
    if (request.type !== 'chat.send' || server.requests('chat.send').length < 10 || refused >= 4)
      return undefined
    refused++
    connection.refuse(request.id, 'rateLimited', 20)
    return 'handled'
  })
  await using run = await start(server)
  run.endInput(Array.from({ length: 300 }, (_, index) => `${index}\n`).join(''))
  assert.equal(await run.exited, EXIT_CODES.done)
  assert.equal(textsIn(server).length, 300)
  assert.deepEqual(notices(run), [
    'The server takes messages more slowly than they come: 291 messages wait. All are sent, in order.',
  ])
})

for (const [language, words] of [
  [
    'en',
    {
      full: /can't store messages now: 3 messages wait/,
      silent: /not answered for 2 seconds: one/,
      over: /goes on/,
    },
  ],
  ['ko', { full: /저장하지 못합니다. 메시지 3개가/, silent: /2초 동안 답하지.*1개가/, over: /다시 보내고/ }],
] as const) {
  test(`a script is told of every silence, why, and when it goes on (${language})`, async () => {
    let isFull = true
    let isSilent = false
    await using server = await serverWithRoom((request, connection) => {
      if (request.type !== 'chat.send') return undefined
      if (isFull) connection.refuse(request.id, 'unavailable', 50)
      return isFull || isSilent ? 'handled' : undefined
    })
    await using run = await start(server, [], { GIFCHAT_LANG: language })
    run.type('one\ntwo\nthree\n')
    await run.until(() => words.full.test(run.stderr))
    isFull = false
    await run.until(() => words.over.test(run.stderr))
    await server.until(() => server.requests('chat.send').some(({ text }) => text === 'three'))
    assert.equal(notices(run).length, 2)
    isSilent = true
    run.type('four\n')
    await run.until(() => words.silent.test(run.stderr))
    isSilent = false
    server.dropAll()
    run.endInput()
    assert.equal(await run.exited, EXIT_CODES.done)
    assert.match(notices(run).at(-1) ?? '', words.over)
    assert.deepEqual(textsIn(server), ['one', 'two', 'three', 'four'])
  })
}

test('a script is told that the server is away, and sends when it is back', async () => {
  await using server = await serverWithRoom()
  await using run = await start(server)
  run.type('one\n')
  await server.until(() => server.requests('chat.send').length === 1)
  await server.stop()
  run.type('two\nthree\n')
  await run.until(() => /can't be reached now: 2 messages wait/.test(run.stderr))
  await server.listen()
  run.endInput()
  assert.equal(await run.exited, EXIT_CODES.done)
  assert.deepEqual(textsIn(server), ['one', 'two', 'three'])
  assert.match(run.stderr, /Sending goes on\.\n$/)
})

test('a script that can say nothing of a server which takes it in slowly hears that it waits', async () => {
  const held = Promise.withResolvers<undefined>()
  await using server = await serverWithRoom(request =>
    request.type === 'chat.join' ? held.promise : undefined,
  )
  await using run = await start(server)
  run.endInput('one\n')
  await run.until(() => /not answered for 2 seconds/.test(run.stderr))
  held.resolve(undefined)
  assert.equal(await run.exited, EXIT_CODES.done)
  assert.deepEqual(textsIn(server), ['one'])
})
