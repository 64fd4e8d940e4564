import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { type ForwardProxy, startConnectProxy, startSocksProxy } from '../support/forward-proxies.ts'
import { sampleGif } from '../support/gif-samples.ts'
import { ProgramRun } from '../support/program-run.ts'
import { RecordedClient } from '../support/recorded-client.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { KEYS, openTerminal } from '../support/terminal.ts'
import { makeCertificate } from '../support/web-proxies.ts'

/** No resolver knows this name (RFC 2606), so only a proxy leads there. */
const HOST = 'chat.invalid'

let directory = ''
let server: ServerProcess
let host: RecordedClient
let room = ''
let gif = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-through-'))
  gif = join(directory, 'cat.gif')
  await writeFile(gif, sampleGif())
  server = new ServerProcess({ port: await freePort(), data: directory })
  await server.start()
  host = await RecordedClient.connect({ server: server.url })
  room = (await host.client.createRoom({ title: 'far away', max: 10 })).id
  await host.client.join(room)
})
after(async () => {
  await host[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

/** Posts a text and a GIF with these variables, and expects both to have gone through the proxy. */
async function expectTalkThrough(
  proxy: ForwardProxy,
  env: Readonly<Record<string, string>>,
  address = `ws://${HOST}:${server.port}`,
  port: number = server.port,
): Promise<void> {
  await using texting = await ProgramRun.start(['send', room, 'hello', '--server', address], { env })
  assert.equal(await texting.exited, 0, texting.stderr)
  assert.deepEqual(proxy.asked, [`${HOST}:${port}`])
  await using posting = await ProgramRun.start(['send', room, '--gif', gif, '--server', address], { env })
  assert.equal(await posting.exited, 0, posting.stderr)
  assert.deepEqual(proxy.asked, Array(3).fill(`${HOST}:${port}`))
  assert.equal(posting.stderr, '')
}

for (const variable of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])
  test(`${variable} leads messages and GIFs through an HTTP proxy`, async () => {
    await using proxy = await startConnectProxy()
    await expectTalkThrough(proxy, { [variable]: `http://127.0.0.1:${proxy.port}` })
  })

test('a proxy may be named without http://, and with a name and a password', async () => {
  await using proxy = await startConnectProxy({ login: 'ann:s3cret/' })
  await expectTalkThrough(proxy, { HTTP_PROXY: `ann:s3cret%2F@127.0.0.1:${proxy.port}` })
})

for (const [scheme, login] of [
  ['socks5h', undefined],
  ['socks', undefined],
  ['socks5h', 'ann:secret'],
] as const)
  test(`ALL_PROXY leads through a SOCKS5 proxy (${scheme}${login ? ', with a login' : ''})`, async () => {
    await using proxy = await startSocksProxy(login === undefined ? {} : { login })
    const at = login === undefined ? '' : `${login}@`
    await expectTalkThrough(proxy, { ALL_PROXY: `${scheme}://${at}127.0.0.1:${proxy.port}` })
  })

for (const [variable, start, scheme] of [
  ['HTTPS_PROXY', startConnectProxy, 'http'],
  ['https_proxy', startSocksProxy, 'socks5h'],
] as const)
  test(`${variable} leads wss:// through ${scheme}, with TLS all the way`, async () => {
    const { certificate, key } = await makeCertificate(join(directory, variable), HOST)
    const tls = createTlsServer({ cert: await readFile(certificate), key: await readFile(key) }, socket => {
      const plain = connect(server.port, '127.0.0.1')
      socket.on('error', () => plain.destroy())
      plain.on('error', () => socket.destroy())
      socket.pipe(plain).pipe(socket)
    })
    await once(tls.listen(0, '127.0.0.1'), 'listening')
    const { port } = tls.address() as AddressInfo // it listens
    await using proxy = await start()
    const env = {
      [variable]: `${scheme}://127.0.0.1:${proxy.port}`,
      HTTP_PROXY: 'http://127.0.0.1:1',
      NODE_EXTRA_CA_CERTS: certificate,
    }
    try {
      await expectTalkThrough(proxy, env, `wss://${HOST}:${port}`, port)
    } finally {
      tls.close()
    }
  })

test('somebody at a terminal talks and sees a GIF through the proxy', async () => {
  await host.client.sendGif(room, gif).acked
  for (const start of [startConnectProxy, startSocksProxy]) {
    await using proxy = await start()
    const scheme = start === startSocksProxy ? 'socks5h' : 'http'
    const args = ['join', room, '--server', `ws://${HOST}:${server.port}`]
    const env = { ALL_PROXY: `${scheme}://127.0.0.1:${proxy.port}` }
    await using terminal = await openTerminal({ args, env })
    // Nothing else on the screen has a background.
    await terminal.waitFor(screen => screen.text().some((_, y) => screen.cell(2, y).background !== undefined))
    await terminal.ready()
    terminal.type(`seen through ${scheme}${KEYS.enter}`)
    await host.until(() => host.shownTexts.includes(`seen through ${scheme}`))
    assert.ok(proxy.asked.length >= 2)
  }
})

test('doctor shows the way taken, without the password', async () => {
  await using proxy = await startConnectProxy({ login: 'ann:secret' })
  const env = { HTTP_PROXY: `http://ann:secret@127.0.0.1:${proxy.port}` }
  const args = ['doctor', '--server', `ws://${HOST}:${server.port}`]
  await using through = await ProgramRun.start(args, { env })
  assert.equal(await through.exited, 0, through.stdout)
  assert.ok(
    through.stdout.includes(`through http://127.0.0.1:${proxy.port}, as HTTP_PROXY says`),
    through.stdout,
  )
  assert.doesNotMatch(through.stdout, /secret/)
  await using korean = await ProgramRun.start([...args, '--lang', 'ko'], { env })
  await korean.exited
  assert.match(korean.stdout, /프록시를 거쳐 \(HTTP_PROXY\)/)
  await using json = await ProgramRun.start([...args, '--json'], { env })
  await json.exited
  assert.deepEqual(JSON.parse(json.stdout).server.proxy, {
    address: `http://127.0.0.1:${proxy.port}`,
    variable: 'HTTP_PROXY',
  })
  await using direct = await ProgramRun.start(['doctor', '--server', server.url], { env })
  assert.equal(await direct.exited, 0)
  assert.match(direct.stdout, /way there: without a proxy/)
})

test('a server on this machine, and what NO_PROXY names, are reached without the proxy', async () => {
  await using proxy = await startConnectProxy()
  const HTTP_PROXY = `http://127.0.0.1:${proxy.port}`
  await using here = await ProgramRun.start(['whoami', '--server', server.url], { env: { HTTP_PROXY } })
  assert.equal(await here.exited, 0, here.stderr)
  for (const exempt of ['*', '.invalid', HOST, `x, ${HOST}:${server.port}`]) {
    const env = { HTTP_PROXY, NO_PROXY: exempt }
    await using run = await ProgramRun.start(['whoami', '--server', `ws://${HOST}:${server.port}`], { env })
    assert.equal(await run.exited, 3)
    assert.match(run.stderr, /No machine has the name/)
  }
  assert.deepEqual(proxy.asked, [])
})

test('a proxy that wants a login, refuses, is gone or is no proxy is told in words', async () => {
  await using locked = await startConnectProxy({ login: 'ann:secret' })
  await using strict = await startConnectProxy({ status: 403 })
  await using lockedSocks = await startSocksProxy({ login: 'ann:secret' })
  for (const [HTTP_PROXY, exitCode, english, korean] of [
    [`127.0.0.1:${locked.port}`, 3, /proxy wants a login \(HTTP 407\)/, /로그인을 요구합니다\(HTTP 407\)/],
    [`127.0.0.1:${strict.port}`, 3, /does not let you in \(HTTP 403\)/, /접속을 막습니다\(HTTP 403\)/],
    ['127.0.0.1:1', 3, /proxy of your environment does not lead/, /환경 변수의 프록시로는/],
    [`socks5h://127.0.0.1:${lockedSocks.port}`, 3, /does not lead/, /환경 변수의 프록시로는/],
    ['ftp://127.0.0.1', 2, /HTTP_PROXY is no address of a proxy/, /HTTP_PROXY 값은 프록시 주소가 아닙니다/],
  ] as const)
    for (const [lang, words] of [
      ['en', english],
      ['ko', korean],
    ] as const) {
      const args = ['whoami', '--server', `ws://${HOST}:${server.port}`, '--lang', lang]
      await using run = await ProgramRun.start(args, { env: { HTTP_PROXY } })
      assert.equal(await run.exited, exitCode, run.stderr)
      assert.match(run.stderr, words)
    }
})
