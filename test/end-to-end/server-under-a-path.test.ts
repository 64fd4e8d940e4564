import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sampleGif } from '../support/gif-samples.ts'
import { ProgramRun } from '../support/program-run.ts'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { KEYS, openTerminal } from '../support/terminal.ts'
import { documentedConfigs, WebProxy, whyWithoutProgram } from '../support/web-proxies.ts'

let directory = ''
let gif = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-path-'))
  gif = join(directory, 'cat.gif')
  await writeFile(gif, sampleGif())
})
after(() => rm(directory, { recursive: true }))

async function startServer(args: readonly string[] = []): Promise<ServerProcess> {
  const data = await mkdtemp(join(directory, 'data-'))
  const server = new ServerProcess({ port: await freePort(), data, args })
  await server.start()
  return server
}

/** Opens a room, reads the line to hand on, and lets somebody use it in each way there is. */
async function expectTalkAt(server: string): Promise<void> {
  await using host = await openTerminal({
    args: ['create', 'under a path', '--server', server],
    columns: 120,
  })
  await host.waitFor('gifchat join ')
  const line = host.output.match(/gifchat join (\S+\/[a-z0-9]{8})/)?.[1] ?? ''
  assert.ok(line.startsWith(`${server}/`), line)
  await host.ready()
  host.type(`/invite${KEYS.enter}`)
  await host.waitFor(screen => screen.text().join('\n').split(line).length > 2)
  await using guest = await openTerminal({ args: ['join', line] })
  await guest.waitFor('under a path')
  await guest.ready()
  guest.type(`hello from the guest${KEYS.enter}`)
  await host.waitFor('hello from the guest')
  await using sending = await ProgramRun.start(['send', line, '--gif', gif])
  assert.equal(await sending.exited, 0, sending.stderr)
  await guest.waitFor('cat.gif')
  await using tail = await ProgramRun.start(['tail', line])
  await tail.prints('hello from the guest')
  await using rooms = await ProgramRun.start(['rooms', '--server', server])
  assert.equal(await rooms.exited, 0, rooms.stderr)
  assert.match(rooms.stdout, /under a path/)
  await using lobby = await openTerminal({ args: [], env: { GIFCHAT_SERVER: server } })
  await lobby.waitFor('under a path')
  await using doctor = await ProgramRun.start(['doctor', '--server', server])
  assert.equal(await doctor.exited, 0, doctor.stdout)
  assert.ok(doctor.stdout.includes(`${server} answers`), doctor.stdout)
}

test('with serve --path, a room is opened, handed on, joined and used under the path', async () => {
  await using server = await startServer(['--path', '/team/chat'])
  await expectTalkAt(`ws://127.0.0.1:${server.port}/team/chat`)
})

test('serve prints the path in each address that it names', async () => {
  const args = ['serve', '--port', '0', '--path', '/chat/', '--data', join(directory, 'printed')]
  await using server = await ProgramRun.start(args)
  await server.prints('"msg":"serves"')
  const addresses = server.stdout.match(/ws:\/\/[^\s"]+/g) ?? []
  assert.ok(
    addresses.length > 0 && addresses.every(address => /^ws:\/\/[^/]+\/chat$/.test(address)),
    server.stdout,
  )
  server.signal('SIGTERM')
  assert.equal(await server.exited, 0)
})

test('who leaves the path out, or writes another, reads that nothing is there', async () => {
  await using server = await startServer(['--path', '/chat'])
  for (const path of ['', '/k3mw9x2a', '/chatter']) {
    await using run = await ProgramRun.start(['whoami', '--server', `ws://127.0.0.1:${server.port}${path}`])
    assert.equal(await run.exited, 3)
    assert.match(run.stderr, /no gifchat server at .*HTTP 404/)
  }
  for (const path of ['/chat', '/chat/']) {
    await using run = await ProgramRun.start(['whoami', '--server', `ws://127.0.0.1:${server.port}${path}`])
    assert.equal(await run.exited, 0, run.stderr)
  }
})

test('serve refuses a path that no address could have', async () => {
  for (const path of ['chat', '/a b', '/..', '/chat/../x', '/$(id)', '//']) {
    await using run = await ProgramRun.start(['serve', '--port', '0', '--path', path])
    assert.equal(await run.exited, 2, path)
    assert.match(run.stderr, /--path can.t be .*a path that begins with "\/"/)
  }
})

describe('behind nginx', { skip: whyWithoutProgram('nginx') }, () => {
  for (const [name, args, handOn] of [
    ['keeps the path', ['--path', '/chat'], ''],
    ['takes the path away', [], '/'],
  ] as const)
    test(`the example in docs/PROXIES.md works when nginx ${name}`, async () => {
      await using server = await startServer(['--trusted-proxies', '1', ...args])
      const port = await freePort()
      const [whole = '', underPath = ''] = await documentedConfigs('nginx')
      const [map = ''] = /map .*?\n}/s.exec(whole) ?? []
      const location = underPath.replace('http://127.0.0.1:8005', `http://127.0.0.1:${server.port}${handOn}`)
      await using _nginx = await WebProxy.startNginx(
        port,
        `${map} server { listen 127.0.0.1:${port}; ${location} }`,
      )
      await expectTalkAt(`ws://127.0.0.1:${port}/chat`)
    })
})
