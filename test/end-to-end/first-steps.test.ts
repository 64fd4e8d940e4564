import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, test } from 'node:test'
import { startTestServer } from '../support/chat-server.ts'
import { RecordedClient } from '../support/recorded-client.ts'
import { KEYS, openTerminal, type Terminal } from '../support/terminal.ts'

/** What somebody does in the first minutes, with the built program. */

const program = join(import.meta.dirname, '../../bin/gifchat.js')

const textOf = (terminal: Terminal) => terminal.screen().join('\n')

describe('the line that a room hands on', () => {
  for (const line of [
    (url: string, id: string) => `gifchat join ${url}/${id}`,
    (url: string, id: string) => `$ npx gifchat join ${url}/${id}\n`,
    (url: string, id: string) => `GIFCHAT JOIN ${url.toUpperCase()}/${id.toUpperCase()}`,
  ]) {
    test(`is pasted into the list of rooms: ${line('ws://host', 'id').trim()}`, async () => {
      await using server = await startTestServer()
      await using other = await RecordedClient.connect({ server: server.url })
      const room = await other.client.createRoom({ title: 'lunch', max: 5 })
      await other.client.join(room.id)
      await using terminal = await openTerminal({ env: { GIFCHAT_SERVER: server.url } })
      await terminal.waitFor('lunch')
      await terminal.ready()
      terminal.paste(line(server.url, room.id))
      await terminal.waitFor('2/5 people')
    })
  }

  test('is pasted behind join, in capitals and with npx in front', async () => {
    await using server = await startTestServer()
    await using other = await RecordedClient.connect({ server: server.url })
    const room = await other.client.createRoom({ title: 'lunch', max: 5 })
    await other.client.join(room.id)
    const words = `NPX GIFCHAT JOIN ${server.url.toUpperCase()}/${room.id.toUpperCase()}`.split(' ')
    await using terminal = await openTerminal({ args: ['join', ...words] })
    await terminal.waitFor('2/5 people')
    await using quoted = await openTerminal({ args: ['join', `gifchat join ${server.url}/${room.id}`] })
    await quoted.waitFor('3/5 people')
  })

  test('is pasted behind send and tail, with what to say behind it', async () => {
    await using server = await startTestServer()
    await using other = await RecordedClient.connect({ server: server.url })
    const room = await other.client.createRoom({ title: 'lunch', max: 5 })
    await other.client.join(room.id)
    const line = `npx gifchat join ${server.url}/${room.id}`.split(' ')
    const home = await mkdtemp(join(tmpdir(), 'gifchat-script-'))
    const env = { ...process.env, XDG_CONFIG_HOME: home }
    const run = (...args: readonly string[]) => spawn(process.execPath, [program, ...args], { env })
    const capitals = line.map(word => word.toUpperCase())
    for (const words of [line, capitals]) {
      const [code] = await once(run('send', ...words, 'it is green'), 'exit')
      assert.equal(code, 0)
    }
    await other.until(() => other.shownTexts.includes('it is green'))
    const tail = run('tail', ...capitals, '--json')
    const [first] = await once(createInterface({ input: tail.stdout }), 'line')
    assert.equal(JSON.parse(first).message.text, 'it is green')
    tail.kill()
    await once(tail, 'exit')
    await rm(home, { recursive: true })
  })

  test('leads from the list of rooms of one server to a room of another', async () => {
    await using here = await startTestServer()
    await using there = await startTestServer()
    await using other = await RecordedClient.connect({ server: there.url })
    const room = await other.client.createRoom({ title: 'far away', max: 5 })
    await other.client.join(room.id)
    await using terminal = await openTerminal({ env: { GIFCHAT_SERVER: here.url } })
    await terminal.waitFor('0 open')
    await terminal.ready()
    terminal.paste(`gifchat join ${there.url}/${room.id}`)
    await terminal.waitFor('2/5 people')
    assert.match(textOf(terminal), /far away[\s\S]*You are on ws:\/\/127/)
    terminal.type(`hello from afar${KEYS.enter}`)
    await other.until(() => other.shownTexts.includes('hello from afar'))
    terminal.type(`/quit${KEYS.enter}`)
    assert.equal(await terminal.exited, 0)
    assert.ok(!terminal.view.isAlternate)
  })

  test('of a room that has ended leads to the list of rooms of its server, and says so', async () => {
    await using here = await startTestServer()
    await using there = await startTestServer()
    await using terminal = await openTerminal({ env: { GIFCHAT_SERVER: here.url } })
    await terminal.waitFor('0 open')
    await terminal.ready()
    terminal.paste(`gifchat join ${there.url}/k3mw9x2a`)
    await terminal.waitFor(`You are on ${there.url} now.`)
    await terminal.waitFor('No such room')
  })

  test('of a server that is not there leaves the list of rooms as it was', async () => {
    await using here = await startTestServer()
    await using terminal = await openTerminal({ env: { GIFCHAT_SERVER: here.url } })
    await terminal.waitFor('0 open')
    await terminal.ready()
    terminal.paste('gifchat join ws://127.0.0.1:1/k3mw9x2a')
    await terminal.waitFor('No server answers at ws://127.0.0.1:1')
    terminal.type('q')
    assert.equal(await terminal.exited, 0)
  })
})

test('whoever enters a room in a second window reads that both are one person', async () => {
  await using server = await startTestServer()
  await using first = await openTerminal({ args: ['create', 'lunch'], env: { GIFCHAT_SERVER: server.url } })
  await first.waitFor('1/10 people')
  await using watcher = await RecordedClient.connect({ server: server.url })
  const [room] = await watcher.client.listRooms()
  assert.ok(room !== undefined)
  const args = ['join', `${server.url}/${room.id}`]
  await using second = await openTerminal({ args, env: { XDG_CONFIG_HOME: first.configHome } })
  await second.waitFor('both are one person')
  assert.match(textOf(second), /1\/10 people[\s\S]*--token-file \.\/other\.json/)
  await using somebodyElse = await openTerminal({
    args: [...args, '--token-file', './other.json'],
    env: { XDG_CONFIG_HOME: first.configHome },
  })
  await somebodyElse.waitFor('2/10 people')
  assert.doesNotMatch(textOf(somebodyElse), /one person/)
})

test("coming back to a private room of one's own asks for no password", async () => {
  await using server = await startTestServer()
  const env = { GIFCHAT_SERVER: server.url }
  await using owner = await openTerminal({ args: ['create', 'secret', '--password', 'tangerine'], env })
  await owner.waitFor('1/10 people')
  await using guest = await RecordedClient.connect({ server: server.url })
  const [room] = await guest.client.listRooms()
  assert.ok(room !== undefined)
  await guest.client.join(room.id, { password: 'tangerine' })
  owner.type(`/leave${KEYS.enter}`)
  await owner.waitFor('You left secret')
  await owner.waitFor('› secret') // the list may come later than the sentence
  owner.type(KEYS.enter)
  await owner.waitFor('2/10 people')
  owner.type(`/quit${KEYS.enter}`)
  await owner.exited
  await using again = await openTerminal({
    args: ['join', `${server.url}/${room.id}`],
    env: { XDG_CONFIG_HOME: owner.configHome },
  })
  await again.waitFor('2/10 people')
})
