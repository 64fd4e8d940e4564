// Runs as part of own-server.test.ts: test files run side by side, and there is one default port.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXIT_CODES } from '../../cli/commands/shell/exit-codes.ts'
import { isPortFree, joinHost, openHost, SAID, temporaryHome, untilFree } from '../support/own-server.ts'
import { ProgramRun } from '../support/program-run.ts'
import { KEYS, shellLine } from '../support/terminal.ts'

test('scripts in a room whose host ends the server say so once, and end with exit code 3', async t => {
  if (!(await isPortFree(t))) return
  using home = temporaryHome()
  await using host = await openHost(home)
  const [room] =
    host
      .screen()
      .join('\n')
      .match(/ws:[^ ]+\/\w{8}/) ?? assert.fail('no invite')
  await using tail = await ProgramRun.start(['tail', room])
  await using objects = await ProgramRun.start(['tail', room, '--json'])
  await using send = await ProgramRun.start(['send', room, '-'], { env: { GIFCHAT_LANG: 'ko' } })
  send.type('still here\n')
  await Promise.all([tail, objects].map(run => run.until(() => run.stdout.includes('still here'))))
  host.type(`/quit${KEYS.enter}`)
  await host.waitFor('others are connected')
  host.type(`/quit${KEYS.enter}`)
  // Its input goes on, so nothing but the end of the server ends `send`.
  const codes = await Promise.all([tail.exited, objects.exited, send.exited])
  assert.deepEqual(codes, Array(3).fill(EXIT_CODES.serverUnreachable))
  assert.equal(tail.stderr, 'The host ended this server: its rooms are gone.\n')
  assert.equal(JSON.parse(objects.stderr).error.code, 'unavailable')
  assert.equal(send.stderr, '서버를 연 사람이 서버를 끝내서 방이 모두 사라졌습니다.\n')
})

test('a host whose terminal vanishes without SIGHUP leaves nothing, and a guest hears that the server ended', async t => {
  if (!(await isPortFree(t))) return
  using home = temporaryHome()
  const through = ['sh', '-c', `exec 3<&0; setsid ${shellLine('create', 'solo')} <&3 & wait`] as const
  await using host = await openHost(home, { through })
  // A guest in this process: one in another would hold the terminal that is to vanish.
  await using guest = await joinHost(host)
  const ended = new Promise(resolve =>
    guest.client.subscribe(event => {
      if (event.type === 'status' && event.status.state !== 'open') resolve(event.status)
    }),
  )
  host.hangUp()
  assert.deepEqual(await ended, { state: 'closed', code: 4410, reason: 'serverEnded' })
  await untilFree()
  assert.deepEqual(home.filesWith(SAID), [])
})
