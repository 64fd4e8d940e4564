import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { sampleGif } from '../../support/gif-samples.ts'
import { RecordedClient } from '../../support/recorded-client.ts'
import { openTerminal } from '../../support/terminal.ts'

const bin = join(import.meta.dirname, '../../../bin/gifchat.js')
const GIF = sampleGif({ width: 32, height: 16, frames: 4, delayMs: 250 })
const LINE = `[GIF cat.gif 32×16 1.0 s ${GIF.length} B]`

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gifchat-gif-lines-'))
  await writeFile(join(directory, 'cat.gif'), GIF)
})
after(() => rm(directory, { recursive: true }))

/** A server with a room in which a GIF was posted. */
async function withGif(look: (target: string) => Promise<void>): Promise<void> {
  await using server = await startTestServer()
  await using owner = await RecordedClient.connect({ server: server.url })
  const room = await owner.client.createRoom({ title: 'lines', max: 5 })
  await owner.client.join(room.id)
  await owner.client.sendGif(room.id, join(directory, 'cat.gif')).acked
  await look(`${server.url}/${room.id}`)
}

describe('a GIF is a line of text', () => {
  test('under NO_COLOR, and nothing has a colour', () =>
    withGif(async target => {
      await using terminal = await openTerminal({ args: ['join', target], env: { NO_COLOR: '1' } })
      await terminal.waitFor(LINE)
      assert.doesNotMatch(terminal.output, /\x1b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]/)
    }))

  test('for a screen reader on a dumb terminal, without escape sequences', () =>
    withGif(async target => {
      await using terminal = await openTerminal({
        args: ['join', target, '--screen-reader'],
        env: { TERM: 'dumb' },
      })
      await terminal.waitFor(screen => screen.lines().some(line => line.includes(LINE)))
      assert.equal(terminal.controls, '')
    }))

  test('in a pipe, whatever the terminal around it can show', () =>
    withGif(async target => {
      const tail = spawn(process.execPath, [bin, 'tail', target], {
        env: { ...process.env, TERM: 'xterm-kitty', GIFCHAT_TOKEN_FILE: join(directory, 'tail.json') },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [line] = await once(createInterface(tail.stdout), 'line')
      assert.ok(String(line).endsWith(LINE), line)
      assert.doesNotMatch(line, /\x1b/)
      tail.kill('SIGTERM')
      assert.deepEqual(await once(tail, 'exit'), [0, null])
    }))
})
