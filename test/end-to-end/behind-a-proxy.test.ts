import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { LIMITS } from '../../protocol/limits.ts'
import { sampleGif } from '../support/gif-samples.ts'
import { ProgramRun } from '../support/program-run.ts'
import { RecordedClient } from '../support/recorded-client.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { KEYS, openTerminal } from '../support/terminal.ts'
import { documentedConfigs, makeCertificate, WebProxy, whyWithoutProgram } from '../support/web-proxies.ts'

let directory = ''
let gif = ''
let largest = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-proxied-'))
  gif = join(directory, 'large.gif')
  largest = join(directory, 'largest.gif')
  const start = sampleGif()
  await writeFile(gif, Buffer.concat([start, Buffer.alloc(1_200_000 - start.length)]))
  await writeFile(largest, Buffer.concat([start, Buffer.alloc(LIMITS.gifBytes - start.length)]))
})
after(() => rm(directory, { recursive: true }))

/** A server with a room in which somebody sits. */
async function startRoom(args: readonly string[] = []) {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-data-'))
  const server = new ServerProcess({ port: await freePort(), data, args })
  await server.start()
  const host = await RecordedClient.connect({ server: server.url })
  const room = await host.client.createRoom({ title: 'proxied', max: 10 })
  await host.client.join(room.id)
  return {
    server,
    host,
    room: room.id,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** What Debian's nginx does for a server, with everything else as it is shipped. */
const plainNginx = (port: number, serverPort: number, more = '') => `server {
  listen 127.0.0.1:${port};
  location / {
    proxy_pass http://127.0.0.1:${serverPort};
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection upgrade;
  }
  ${more}
}`

/** The rows of a conversation as one text. */
const proseOf = (rows: readonly string[]) => rows.map(row => row.replace('▎', '').trim()).join(' ')

describe('behind nginx as Debian ships it', { skip: whyWithoutProgram('nginx') }, () => {
  test('send --gif with 1.2 MB says that nginx takes no file this large, and ends with 8', async () => {
    await using talk = await startRoom()
    const port = await freePort()
    await using _nginx = await WebProxy.startNginx(port, plainNginx(port, talk.server.port))
    const send = (...args: readonly string[]) =>
      ProgramRun.start(['send', talk.room, '--gif', gif, '--server', `ws://127.0.0.1:${port}`, ...args])
    await using said = await send()
    assert.equal(await said.exited, 8, said.stderr)
    assert.match(said.stderr, /no GIF this large \(HTTP 413\)/)
    await using spoken = await send('--json')
    assert.equal(await spoken.exited, 8)
    assert.equal(JSON.parse(spoken.stderr).error.code, 'tooLarge')
    await using korean = await send('--lang', 'ko')
    assert.equal(await korean.exited, 8)
    assert.match(korean.stderr, /이만한 GIF를 받지 않아 .*HTTP 413/)
  })

  test('somebody who posts 1.2 MB sees the bar end with the reason, and can talk on', async () => {
    await using talk = await startRoom()
    const port = await freePort()
    await using _nginx = await WebProxy.startNginx(port, plainNginx(port, talk.server.port))
    await using terminal = await openTerminal({
      args: ['join', talk.room, '--server', `ws://127.0.0.1:${port}`],
    })
    await terminal.waitFor('proxied')
    await terminal.ready()
    terminal.type(`/gif ${gif}${KEYS.enter}`)
    await terminal.waitFor('HTTP 413')
    terminal.type(`still here${KEYS.enter}`)
    await talk.host.until(() => talk.host.shownTexts.includes('still here'))
  })

  for (const [status, words, exitCode] of [
    [302, /sent elsewhere by .*\(HTTP 302\)/, 7],
    [401, /wants a login \(HTTP 401\)/, 7],
    [403, /forbidden by .*\(HTTP 403\)/, 7],
    [404, /does not pass GIFs on \(HTTP 404\)/, 7],
    [502, /does not reach it \(HTTP 502\)/, 3],
    [504, /got no answer from it \(HTTP 504\)/, 3],
  ] as const) {
    test(`send --gif through a proxy that answers ${status} says so and ends with ${exitCode}`, async () => {
      await using talk = await startRoom()
      const port = await freePort()
      const blocked = `client_max_body_size 5m; location ~ /gifs$ { return ${status} http://elsewhere.invalid/; }`
      await using _nginx = await WebProxy.startNginx(port, plainNginx(port, talk.server.port, blocked))
      const server = `ws://127.0.0.1:${port}`
      await using sending = await ProgramRun.start(['send', talk.room, '--gif', gif, '--server', server])
      assert.equal(await sending.exited, exitCode, sending.stderr)
      assert.match(sending.stderr, words)
    })
  }

  for (const [status, english, korean] of [
    [302, /download was sent elsewhere .*\(HTTP 302\)/, /다른 곳으로 돌려보냈습니다\(HTTP 302\)/],
    [401, /download failed: .* wants a login \(HTTP 401\)/, /로그인을 요구합니다\(HTTP 401\)/],
    [403, /download was forbidden .*\(HTTP 403\)/, /막았습니다\(HTTP 403\)/],
    [404, /does not pass GIFs on \(HTTP 404\)/, /넘겨주지 않습니다\(HTTP 404\)/],
    [502, /does not reach it \(HTTP 502\)/, /서버에 닿지 못해 .*\(HTTP 502\)/],
    [504, /got no answer from it \(HTTP 504\)/, /서버의 답을 받지 못해 .*\(HTTP 504\)/],
  ] as const)
    test(`a GIF whose download a proxy answers with ${status} is shown with the reason`, async () => {
      await using talk = await startRoom()
      const port = await freePort()
      const blocked = `location ~ /gifs/ { return ${status} http://elsewhere.invalid/; }`
      await using _nginx = await WebProxy.startNginx(port, plainNginx(port, talk.server.port, blocked))
      await talk.host.client.sendGif(talk.room, gif).acked
      const join = (lang: string) =>
        openTerminal({ args: ['join', talk.room, '--server', `ws://127.0.0.1:${port}`, '--lang', lang] })
      await using terminal = await join('en')
      await using other = await join('ko')
      await terminal.waitFor(screen => english.test(proseOf(screen.text())))
      await other.waitFor(screen => korean.test(proseOf(screen.text())))
    })

  test('the example in docs/PROXIES.md brings TLS, and GIFs of every size', async () => {
    await using talk = await startRoom(['--trusted-proxies', '1'])
    const port = await freePort()
    const { certificate, key } = await makeCertificate(join(directory, 'tls'))
    const [example = ''] = await documentedConfigs('nginx')
    const config = example
      .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
      .replace('http://127.0.0.1:8005', `http://127.0.0.1:${talk.server.port}`)
      .replace(/\/etc\S+fullchain.pem/, certificate)
      .replace(/\/etc\S+privkey.pem/, key)
    await using _nginx = await WebProxy.startNginx(port, config)
    await expectGifThrough(`wss://localhost:${port}`, certificate, talk)
  })
})

describe('behind Caddy', { skip: whyWithoutProgram('caddy') }, () => {
  test('the example in docs/PROXIES.md brings TLS, and GIFs of every size', async () => {
    await using talk = await startRoom(['--trusted-proxies', '1'])
    const port = await freePort()
    const [example = ''] = await documentedConfigs('caddyfile')
    const config = example
      .replace('chat.example.com', `https://localhost:${port}`)
      .replace('127.0.0.1:8005', `127.0.0.1:${talk.server.port}`)
    await using caddy = await WebProxy.startCaddy(port, config)
    const authority = join(caddy.directory, 'caddy/pki/authorities/local/root.crt')
    await expectGifThrough(`wss://localhost:${port}`, authority, talk)
  })
})

async function expectGifThrough(
  server: string,
  authority: string,
  { host, room }: Awaited<ReturnType<typeof startRoom>>,
): Promise<void> {
  const env = { NODE_EXTRA_CA_CERTS: authority }
  await using sending = await ProgramRun.start(['send', room, '--gif', largest, '--server', server], { env })
  assert.equal(await sending.exited, 0, sending.stderr)
  const { message } = await host.event('message', event => 'gif' in event.message)
  assert.ok('gif' in message)
  await using tail = await ProgramRun.start(['tail', room, '--server', server], { env })
  await tail.prints('largest.gif')
}

test('what answers in place of a server is told apart by its HTTP status, in both languages', async () => {
  let status = 200
  const http = createServer((_, response) => response.writeHead(status).end()).on('upgrade', (_, socket) =>
    socket.end(`HTTP/1.1 ${status} x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`),
  )
  const port = await freePort()
  await new Promise<void>(resolve => http.listen(port, '127.0.0.1', resolve))
  try {
    const sentences = new Set<string>()
    const statuses = [301, 401, 403, 404, 407, 500, 502, 503, 504, 418]
    for (status of statuses)
      for (const lang of ['en', 'ko']) {
        const server = `ws://127.0.0.1:${port}`
        await using run = await ProgramRun.start(['whoami', '--server', server, '--lang', lang])
        assert.equal(await run.exited, 3, run.stderr)
        sentences.add(run.stderr)
      }
    assert.equal(sentences.size, 2 * statuses.length, [...sentences].join(''))
  } finally {
    http.closeAllConnections()
    http.close()
  }
})
