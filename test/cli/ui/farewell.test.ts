import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { KittyImages } from '../../support/kitty-images.ts'
import { RecordedClient } from '../../support/recorded-client.ts'
import { KEYS, openTerminal, type Terminal } from '../../support/terminal.ts'

const CRASH = `process.on('SIGUSR2', () => { throw new Error('the roof fell in') })`

const ENDINGS: Readonly<Record<string, readonly [end: (terminal: Terminal) => void, exitCode: number]>> = {
  'the program is left': [terminal => terminal.type(KEYS.ctrlC), 0],
  'a signal ends it': [terminal => terminal.kill('SIGTERM'), 0],
  'its window is closed': [terminal => terminal.kill('SIGHUP'), 0],
  'it crashes': [terminal => terminal.kill('SIGUSR2'), 1],
}

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-farewell-'))
})
after(() => rm(directory, { recursive: true }))

describe('the images in a terminal with kitty graphics are freed, and the seat is, when', () => {
  for (const [what, [end, exitCode]] of Object.entries(ENDINGS)) {
    test(what, async () => {
      await using server = await startTestServer()
      await using owner = await RecordedClient.connect({ server: server.url })
      const room = await owner.client.createRoom({ title: 'pictures', max: 5 })
      await owner.client.join(room.id)
      const path = join(directory, 'rings.gif')
      await writeFile(path, sampleGif({ width: 32, height: 16, frames: 3 }))
      await owner.client.sendGif(room.id, path).acked
      await using terminal = await openTerminal({
        args: ['join', `${server.url}/${room.id}`],
        env: { GIFCHAT_GRAPHICS: 'kitty', NODE_OPTIONS: '--import ./crash.mjs' },
        files: { 'crash.mjs': CRASH },
      })
      await terminal.waitFor(() => /\x1b_Ga=a,i=\d+,s=3/.test(terminal.output))
      end(terminal)
      assert.equal(await terminal.exited, exitCode)
      assert.deepEqual(terminal.view.reports, { mouse: false, focus: false })
      const onScreen = terminal.output.slice(terminal.output.indexOf('\x1b[?1049h'))
      const kitty = new KittyImages([onScreen])
      assert.equal(kitty.freed.length > 0, true)
      assert.deepEqual([...kitty.images.keys()], [])
      assert.ok(
        onScreen.lastIndexOf('\x1b_Ga=d') < onScreen.lastIndexOf('\x1b[?1049l'),
        'while it still has them',
      )
      await owner.event('exit')
    })
  }
})
