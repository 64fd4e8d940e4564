import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { FakeServer } from '../../support/fake-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { RecordedClient } from '../../support/recorded-client.ts'
import { KEYS, openTerminal } from '../../support/terminal.ts'

const GIF = sampleGif({ width: 32, height: 16, frames: 2 })

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-gif-files-'))
})
after(() => rm(directory, { recursive: true }))

/** Replaces the system's opener. It writes down the file and its permissions. */
async function fakeOpener(name: string, exitCode: number): Promise<{ path: string; log: string }> {
  const path = join(directory, name)
  const log = join(directory, `${name}.log`)
  await mkdir(path)
  const script = `#!/bin/sh\nstat -c '%a %n' "$1" > ${log}.part\ncp "$1" ${log}.gif\nmv ${log}.part ${log}\nexit ${exitCode}\n`
  await writeFile(join(path, 'xdg-open'), script)
  await chmod(join(path, 'xdg-open'), 0o755)
  return { path: `${path}:${process.env.PATH ?? ''}`, log }
}

for (const [columns, rows] of [
  [80, 24],
  [40, 10],
] as const) {
  describe(`GIFs and files at ${columns}×${rows}`, () => {
    test('a dropped file is posted, saved under the offered name, and never overwritten', async () => {
      await using server = await startTestServer()
      const home = await mkdtemp(join(directory, 'home-'))
      const dropped = join(home, "it's a party.gif")
      await writeFile(dropped, GIF)
      await using terminal = await openTerminal({
        columns,
        rows,
        args: ['create', 'files'],
        env: { GIFCHAT_SERVER: server.url, HOME: home },
      })
      await terminal.waitFor('gifchat join')
      terminal.paste(`'${dropped.replace("'", "'\\''")}' `)
      await terminal.waitFor('Enter posts this GIF')
      terminal.type(KEYS.enter)
      await terminal.waitFor(screen => screen.text().some(row => row.endsWith(" it's a party.gif▕")))
      terminal.type('\x1b[1;3A')
      await terminal.waitFor('Esc back')
      terminal.type('s')
      await terminal.waitFor('/save it-s-a-party.gif')
      terminal.type(`\x15/save ~/saved.gif${KEYS.enter}`)
      await terminal.waitFor('The GIF is saved as')
      assert.ok((await readFile(join(home, 'saved.gif'))).equals(GIF))
      await writeFile(join(home, 'saved.gif'), 'mine')
      terminal.type(`/save ~/saved.gif${KEYS.enter}`)
      await terminal.waitFor('is there already')
      assert.equal(await readFile(join(home, 'saved.gif'), 'utf8'), 'mine')
    })

    test('two files that are dropped at once are two GIFs, and only one that is refused comes back', async () => {
      await using server = await startTestServer()
      const home = await mkdtemp(join(directory, 'home-'))
      const [first, second] = [join(home, 'my cat.gif'), join(home, 'dog.gif')]
      await writeFile(first, GIF)
      await writeFile(second, GIF)
      await using terminal = await openTerminal({
        columns,
        rows,
        args: ['create', 'drops'],
        env: { GIFCHAT_SERVER: server.url, HOME: home },
      })
      await terminal.waitFor('gifchat join')
      terminal.paste(`'${first}' '${second}' `)
      await terminal.waitFor('Enter posts these 2 GIFs')
      terminal.type(KEYS.enter)
      await terminal.waitFor(screen => screen.text().some(row => row.endsWith(' dog.gif▕')))
      terminal.paste(`'${join(home, 'none.gif')}' '${first}'`)
      await terminal.waitFor('Enter posts these 2 GIFs')
      terminal.type(KEYS.enter)
      await terminal.waitFor(screen => screen.text().some(row => row.startsWith('› /gif')))
      await terminal.waitFor('There is no file')
      await terminal.waitFor(screen => screen.text().some(row => row.endsWith(' my cat.gif▕')))
      const composer = terminal.screen().findLastIndex(row => row.startsWith('› /gif'))
      assert.ok(!terminal.screen().slice(composer).join('').includes('cat.gif'))
    })

    test('Esc cancels an upload and says so; the room never hears of it', async () => {
      await using server = await FakeServer.start()
      server.addRoom('r1', { title: 'files' })
      const { promise: arrived, resolve } = Promise.withResolvers<IncomingMessage>()
      // The server reads no more than what the system buffers, so the upload hangs.
      server.http = request => resolve(request)
      const path = join(directory, `large-${columns}.gif`)
      await writeFile(path, Buffer.concat([GIF, Buffer.alloc(5 * 1024 * 1024 - GIF.length)]))
      await using terminal = await openTerminal({ columns, rows, args: ['join', `${server.url}/r1`] })
      await terminal.waitFor('files')
      terminal.type(`/gif ${path}${KEYS.enter}`)
      await terminal.waitFor('Esc cancels')
      const request = await arrived
      request.on('error', () => undefined)
      terminal.type(KEYS.escape)
      await terminal.waitFor(screen => /was\s+cancelled/.test(screen.text().join('\n')))
      await new Promise(resolve => request.resume().socket.once('close', resolve))
      await terminal.waitFor(screen => !screen.text().join('\n').includes('Esc cancels'))
      terminal.type(`afterwards${KEYS.enter}`)
      await server.until(() => server.requests('chat.send').length === 1)
      assert.equal(server.requests('chat.sendGif').length, 0)
    })
  })
}

test('a GIF that the server would refuse is offered smaller, and the next Enter posts that', async () => {
  const large = sampleGif({ width: 30, height: 20, frames: 40 })
  const path = join(directory, 'forty.gif')
  await writeFile(path, large)
  await using server = await startTestServer({ gifFileBytes: Math.floor(large.length * 0.7) })
  await using talker = await RecordedClient.connect({ server: server.url })
  const room = await talker.client.createRoom({ title: 'offers', max: 5 })
  await talker.client.join(room.id)
  await using terminal = await openTerminal({ args: ['join', `${server.url}/${room.id}`] })
  await terminal.waitFor('offers')
  terminal.type(`/gif ${path}${KEYS.enter}`)
  await terminal.waitFor('every 2nd frame · Enter sends it')
  terminal.type(KEYS.enter)
  const { message } = await talker.event('message')
  assert.ok('gif' in message)
  assert.deepEqual([message.gif.frames, message.gif.width, message.gif.name], [20, 30, 'forty.gif'])
  assert.deepEqual(await readFile(path), large)
})

test('/open gives the viewer a private copy, deleted at the end, and tells when there is no viewer', {
  skip: process.platform !== 'linux' && 'the opener is another program here',
}, async () => {
  await using server = await startTestServer()
  await using owner = await RecordedClient.connect({ server: server.url })
  const room = await owner.client.createRoom({ title: 'viewer', max: 5 })
  await owner.client.join(room.id)
  const path = join(directory, '; touch owned.gif')
  await writeFile(path, GIF)
  await owner.client.sendGif(room.id, path).acked
  const opener = await fakeOpener('viewer', 0)
  await using terminal = await openTerminal({
    args: ['join', `${server.url}/${room.id}`],
    env: { PATH: opener.path, TMPDIR: directory },
  })
  await terminal.waitFor('owned.gif')
  terminal.type(`/open${KEYS.enter}`)
  await terminal.waitFor('Opening the GIF')
  const [mode, opened = ''] = (await fileOnceThere(opener.log)).trim().split(' ')
  assert.equal(mode, '600')
  assert.match(opened, /\/gifchat-[^/]+\/gifchat-1\.gif$/)
  assert.equal((await stat(dirname(opened))).mode & 0o777, 0o700)
  assert.ok((await readFile(`${opener.log}.gif`)).equals(GIF))
  terminal.type(KEYS.ctrlC)
  assert.equal(await terminal.exited, 0)
  await assert.rejects(stat(dirname(opened)), { code: 'ENOENT' })

  const failing = await fakeOpener('nothing', 3)
  await using other = await openTerminal({
    args: ['join', `${server.url}/${room.id}`],
    env: { PATH: failing.path, TMPDIR: directory },
  })
  await other.waitFor('owned.gif')
  other.type(`/open${KEYS.enter}`)
  await other.waitFor('No program here opens GIFs')
})

/** Waits for a file and returns its text. */
async function fileOnceThere(path: string): Promise<string> {
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text !== undefined) return text
    await new Promise(resolve => setImmediate(resolve))
  }
}
