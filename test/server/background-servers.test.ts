import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { announceBackgroundServer } from '../../server/background-servers.ts'
import { connectToLocalSocket } from '../../server/local-socket.ts'
import { Operator } from '../support/operator.ts'
import { RecordedClient } from '../support/recorded-client.ts'
import { freePort, isListening } from '../support/server-process.ts'

/** Lets this process be found as a server of the operator, and counts what it is asked. */
async function announce(operator: Operator) {
  const { XDG_STATE_HOME: before } = process.env
  process.env.XDG_STATE_HOME = join(operator.home, '.local/state')
  const counted = new EventEmitter()
  let stops = 0
  let asked = 0
  const server = { pid: process.pid, url: 'ws://127.0.0.1:1', port: 1, since: 0, endsUnused: false }
  const withdraw = await announceBackgroundServer(server, {
    countUse() {
      asked++
      counted.emit('asked')
      return { connections: 0, rooms: 0 }
    },
    addresses: () => [],
    stop: () => void stops++,
  })
  const [name = ''] = readdirSync(operator.sockets)
  return {
    get stops() {
      return stops
    },
    async asked(times: number) {
      while (asked < times) await once(counted, 'asked')
    },
    async connect() {
      const socket = await connectToLocalSocket(operator.sockets, name)
      assert.ok(socket !== undefined)
      return socket
    },
    async [Symbol.asyncDispose]() {
      withdraw()
      if (before === undefined) delete process.env.XDG_STATE_HOME
      else process.env.XDG_STATE_HOME = before
    },
  }
}

describe('a server in the background', () => {
  test('is started, seen with who is there, and stopped', async () => {
    await using operator = await Operator.moveIn()
    assert.deepEqual(await operator.serve('--status'), {
      code: 1,
      out: 'No gifchat server of yours runs in the background.\n',
      error: '',
    })
    const port = await operator.detach()
    await using guest = await RecordedClient.connect({ server: `ws://127.0.0.1:${port}` })
    await guest.client.createRoom({ title: 'lunch', max: 2 })
    const { code, out } = await operator.serve('--status')
    assert.equal(code, 0)
    assert.match(
      out,
      new RegExp(
        `^ws://127\\.0\\.0\\.1:${port}: process \\d+, .*; for this machine alone; 1 connection, 1 room;`,
      ),
    )
    const stopped = await operator.serve('--stop')
    assert.deepEqual(
      [stopped.code, stopped.out],
      [0, `The gifchat server at ws://127.0.0.1:${port} has ended.\n`],
    )
    assert.ok(!(await isListening(port)))
    assert.equal((await operator.serve('--status')).code, 1)
    assert.equal((await operator.serve('--stop')).code, 1)
  })

  test('is one of two: --stop asks which, and --port says it', async () => {
    await using operator = await Operator.moveIn()
    const [one, two] = [await operator.detach(), await operator.detach()]
    const which = await operator.serve('--stop')
    assert.equal(which.code, 2)
    assert.match(which.error, new RegExp(`--port ${one}.*--port ${two}`))
    assert.equal((await operator.serve('--stop', '--port', String(one))).code, 0)
    assert.deepEqual([await isListening(one), await isListening(two)], [false, true])
    assert.equal((await operator.serve('--stop')).code, 0)
  })

  test('is not started on a port in use, and who uses it is told and stays', async () => {
    await using operator = await Operator.moveIn()
    const port = await operator.detach()
    const second = await operator.detachOn(port)
    assert.equal(second.code, 1)
    assert.match(
      second.error,
      new RegExp(`^gifchat serve: A gifchat server of yours runs on port ${port} in the background`),
    )
    assert.ok(await isListening(port))
    const here = await operator.serveOn(port)
    assert.equal(here.code, 1)
    assert.equal(here.error, second.error, 'so it is told to whoever wants one on the terminal')
    assert.match(here.error, new RegExp(`"gifchat serve --status" shows it.*--stop --port ${port}" ends it`))
    const taken = await freePort()
    const other = createServer().listen(taken, '127.0.0.1')
    await once(other, 'listening')
    const refused = await operator.detachOn(taken)
    assert.equal(refused.code, 1)
    assert.match(refused.error, /is in use[^\n]*\n$/)
    assert.ok(other.listening)
    other.close()
  })

  test('that was killed is forgotten, and a process that has its number by now is left alone', async () => {
    await using operator = await Operator.moveIn()
    const port = await operator.detach()
    const pid = Number(/process (\d+)/.exec((await operator.serve('--status')).out)?.[1])
    process.kill(pid, 'SIGKILL')
    while (await isListening(port));
    // What a killed server leaves, with the number of this process.
    const [left = ''] = readdirSync(operator.sockets)
    writeFileSync(join(operator.sockets, left.replace(String(pid), String(process.pid))), '')
    assert.equal((await operator.serve('--status')).code, 1)
    assert.equal((await operator.serve('--stop')).code, 1)
    assert.deepEqual(readdirSync(operator.sockets), [])
    assert.equal((await operator.detachOn(port)).code, 0)
  })

  test('is found in a home whose path is longer than the address of a socket may be', async () => {
    await using operator = await Operator.moveIn(`gifchat-${'long-'.repeat(20)}`)
    await operator.detach()
    assert.equal((await operator.serve('--status')).code, 0)
    assert.equal((await operator.serve('--stop')).code, 0)
  })

  test('is asked to stop once, however often it is told', async () => {
    await using operator = await Operator.moveIn()
    await using announced = await announce(operator)
    const socket = await announced.connect()
    socket.write('stop\nstop\nstatus\n')
    await once(socket, 'data')
    assert.equal(announced.stops, 1)
    socket.destroy()
  })

  test('answers one line of a connection, and outlives more, longer ones, and whoever is gone', async () => {
    await using operator = await Operator.moveIn()
    await using announced = await announce(operator)
    const twice = await announced.connect()
    twice.write('status\nstatus\n')
    assert.equal(JSON.parse(await text(twice)).port, 1)
    const gone = await announced.connect()
    gone.write('status\n', () => gone.destroy())
    await announced.asked(2)
    const long = await announced.connect()
    long.on('error', () => undefined) // it is cut off while it writes
    for (let length = 0; length < 1_000_000 && !long.destroyed; length += 10_000)
      await new Promise(resolve => long.write('s'.repeat(10_000), resolve))
    long.resume()
    if (!long.closed) await once(long, 'close')
    const after = await announced.connect()
    after.write('sta')
    after.write('tus\n')
    assert.equal(JSON.parse(await text(after)).port, 1)
  })

  test('writes its log nowhere else, and lets nobody else write where it is', async () => {
    await using operator = await Operator.moveIn()
    const state = join(operator.home, '.local/state/gifchat')
    const victim = join(operator.home, 'victim')
    for (const directory of [state, operator.sockets]) {
      mkdirSync(directory, { recursive: true })
      chmodSync(directory, 0o777)
    }
    writeFileSync(victim, 'of somebody')
    const port = await freePort()
    const log = join(state, `serve-${port}.log`)
    symlinkSync(victim, log)
    const refused = await operator.detachOn(port)
    assert.deepEqual([refused.code, readFileSync(victim, 'utf8')], [1, 'of somebody'])
    assert.match(
      refused.error,
      /^gifchat serve: The log of a server in the background can't be written: ELOOP/,
    )
    rmSync(log)
    assert.equal((await operator.detachOn(port)).code, 0)
    for (const directory of [state, operator.sockets])
      assert.equal(statSync(directory).mode & 0o777, 0o755, directory)
    assert.equal(statSync(log).mode & 0o777, 0o600)
  })

  test('is told of in Korean, by the variable and by the flag', async () => {
    await using operator = await Operator.moveIn()
    const none = '백그라운드에서 실행 중인 gifchat 서버가 없습니다.\n'
    process.env.GIFCHAT_LANG = 'ko'
    const { out } = await operator.serve('--status').finally(() => delete process.env.GIFCHAT_LANG)
    assert.equal(out, none)
    for (const args of [
      ['--lang', 'ko', '--status'],
      ['--status', '--lang=ko'],
    ])
      assert.equal((await operator.serve(...args)).out, none)
    assert.equal((await operator.run('--lang', 'ko', 'serve', '--status')).out, none)
    const unknown = await operator.serve('--lang', 'xx', '--status')
    assert.equal(unknown.code, 2)
    assert.match(unknown.error, /--lang can't be xx: it has to be auto, en, or ko/)
  })

  test('is told of in JSON, each in an object on a line, and so are mistakes', async () => {
    await using operator = await Operator.moveIn()
    assert.deepEqual(await operator.serve('--status', '--json'), { code: 1, out: '', error: '' })
    const port = await freePort()
    const started = await operator.serve(
      ...['--port', String(port), '--host', '0.0.0.0', '--data', join(operator.home, 'data')],
      ...['--detach', '--json'],
    )
    const { out } = await operator.serve('--status', '--json')
    const [server, ...others] = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    assert.deepEqual(others, [])
    const { connections, rooms, ...told } = server
    assert.deepEqual([connections, rooms], [0, 0])
    assert.deepEqual(JSON.parse(started.out), told)
    assert.deepEqual([told.url, told.port], [`ws://127.0.0.1:${port}`, port])
    for (const address of told.addresses) assert.match(address, new RegExp(`^ws://[^/]+:${port}$`))
    const text = (await operator.serve('--status')).out
    for (const address of told.addresses) assert.ok(text.includes(address), text)
    assert.equal(JSON.parse((await operator.serve('--stop', '--json')).out).stopped.port, port)
    const missing = await operator.serve('--stop', '--json')
    assert.deepEqual([missing.code, JSON.parse(missing.error).error.code], [1, 'notFound'])
    const wrong = await operator.serve('--status', '--json', '--nonsense')
    assert.deepEqual([wrong.code, JSON.parse(wrong.error).error.code], [2, 'usage'])
  })
})
