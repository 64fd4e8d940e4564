import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { EXIT_CODES } from '../../../cli/commands/shell/exit-codes.ts'
import { CERTIFICATES } from '../../support/certificates.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { ProgramRun } from '../../support/program-run.ts'
import { openTerminal } from '../../support/terminal.ts'
import { startTlsProxy } from '../../support/tls-proxy.ts'
import { WireClient } from '../../support/wire-client.ts'

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-certificates-'))
  await writeFile(join(directory, 'authority.pem'), CERTIFICATES.authority)
  await writeFile(join(directory, 'self.pem'), `Somebody's\n${CERTIFICATES.selfSigned}`)
  await writeFile(join(directory, 'cat.gif'), sampleGif({ width: 8, height: 8, frames: 2 }))
})
after(() => rm(directory, { recursive: true }))

const file = (name: string) => join(directory, name)

for (const [certificate, flags, english, korean] of [
  ['selfSigned', [], /signed by itself alone.*--ca FILE.*NODE_EXTRA_CA_CERTS/, /스스로 서명.*--ca FILE/],
  ['ofAuthority', [], /authority that is not trusted here.*--ca FILE/, /기관을 여기서는 믿지/],
  ['expired', ['--ca', 'authority.pem'], /has expired/, /만료/],
  ['ofAnother', ['--ca', 'authority.pem'], /is for another name/, /다른 이름/],
] as const) {
  test(`whoever is kept away by a certificate is told why and what helps: ${certificate}`, async () => {
    await using server = await startTestServer()
    await using proxy = await startTlsProxy(server.url, certificate)
    const more = flags.map(word => (word.endsWith('.pem') ? file(word) : word))
    for (const [language, words] of [
      ['en', english],
      ['ko', korean],
    ] as const) {
      const env = { GIFCHAT_LANG: language }
      await using run = await ProgramRun.start(['rooms', '--server', proxy.url, ...more], { env })
      assert.equal(await run.exited, EXIT_CODES.serverUnreachable)
      assert.match(run.stderr, words)
      assert.ok(run.stderr.includes(proxy.url))
    }
    await using doctor = await ProgramRun.start(['doctor', '--server', proxy.url, ...more])
    await doctor.exited
    assert.match(doctor.stdout, english)
  })
}

test('whoever writes wss:// for a server that does not encrypt is told so', async () => {
  await using server = await startTestServer()
  const url = server.url.replace('ws:', 'wss:')
  await using run = await ProgramRun.start(['rooms', '--server', url])
  assert.equal(await run.exited, EXIT_CODES.serverUnreachable)
  assert.match(run.stderr, /does not encrypt: write ws:\/\//)
})

test('--ca, GIFCHAT_CA and NODE_EXTRA_CA_CERTS let in, for messages and GIFs, and on the screen', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'sealed' }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  for (const [certificate, args, env] of [
    ['selfSigned', ['--ca', file('self.pem')], {}],
    ['ofAuthority', [], { GIFCHAT_CA: file('authority.pem') }],
    ['ofAuthority', [], { NODE_EXTRA_CA_CERTS: file('authority.pem') }],
  ] as const) {
    await using proxy = await startTlsProxy(server.url, certificate)
    const send = ['send', `${proxy.url}/${room.id}`, '--gif', file('cat.gif'), ...args]
    await using run = await ProgramRun.start(send, { env })
    assert.equal(await run.exited, EXIT_CODES.done, run.stderr)
    await owner.event('chat.chat', ({ message }) => 'gif' in message)
    await using terminal = await openTerminal({ args: ['--server', proxy.url, ...args], env })
    await terminal.waitFor('sealed')
  }
})

test('a certificate that goes bad while people are there is told as at the first connection', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'sealed' }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  await using proxy = await startTlsProxy(server.url, 'ofAuthority')
  const [address, ca] = [`${proxy.url}/${room.id}`, file('authority.pem')]
  await using inRoom = await openTerminal({ args: ['join', address, '--ca', ca] })
  await using inLobby = await openTerminal({ args: ['--server', proxy.url, '--ca', ca, '--lang', 'ko'] })
  await using tail = await ProgramRun.start(['tail', address, '--ca', ca])
  await owner.ask(
    { type: 'chat.send', room: room.id, clientMessageId: 'a', text: 'all can read this' },
    'chat.ack',
  )
  await inRoom.waitFor('all can read this')
  await inLobby.waitFor('sealed')
  await tail.prints('all can read this')
  proxy.showCertificate('expired')
  proxy.cutConnections()
  await inRoom.waitFor('has expired')
  await inLobby.waitFor('만료')
  await tail.prints('has expired')
  proxy.showCertificate('ofAuthority')
  await inRoom.waitFor(screen => !screen.text().join().includes('has expired'))
  await inLobby.waitFor(screen => !screen.text().join().includes('만료'))
  await tail.prints('Connected again')
})

test('a GIF that a wrong certificate keeps away is given up with the reason', async () => {
  await using server = await startTestServer()
  await using owner = await WireClient.hello(server.url)
  const { room } = await owner.ask({ type: 'room.create', title: 'sealed' }, 'room.created')
  await owner.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
  await using proxy = await startTlsProxy(server.url, 'ofAuthority')
  await using terminal = await openTerminal({
    args: ['join', `${proxy.url}/${room.id}`, '--ca', file('authority.pem')],
  })
  await owner.event('chat.join', ({ people }) => people === 2)
  proxy.showCertificate('ofAnother')
  await terminal.ready()
  terminal.type(`/gif ${file('cat.gif')}\r`)
  await terminal.waitFor('another name: write the name')
})

test('a file of authorities that is none is refused in a sentence', async () => {
  for (const name of ['cat.gif', 'missing.pem']) {
    await using run = await ProgramRun.start(['rooms', '--ca', file(name)])
    assert.equal(await run.exited, EXIT_CODES.usage)
    assert.match(run.stderr, /--ca needs a file of certificates in PEM/)
  }
})
