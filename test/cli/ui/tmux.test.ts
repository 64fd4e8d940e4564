import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ringsGif } from '../../desktop/rings-gif.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'
import { KEYS, openTerminal, shellLine } from '../../support/terminal.ts'

const SIZES = [
  [80, 24],
  [40, 10],
] as const

const version = spawnSync('tmux', ['-V'], { encoding: 'utf8' })
const isHere = version.status === 0
/** `allow-passthrough` came with tmux 3.3. */
const passesOn = isHere && Number(/\d+\.\d+/.exec(version.stdout)?.[0] ?? 0) >= 3.3

/** What kitty answers, by what it is asked. */
const KITTY_ANSWERS = [
  [/\x1b\[>0?q/, '\x1bP>|kitty(0.41.1)\x1b\\'],
  [/\x1b_Gi=31,[^\x1b]*a=q/, '\x1b_Gi=31;OK\x1b\\'],
  [/\x1b_Ga=f,i=31/, '\x1b_Gi=31,r=2;OK\x1b\\'],
] as const

describe('in tmux within kitty', { skip: !passesOn && 'tmux 3.3 or newer is needed' }, () => {
  for (const isOn of [true, false])
    test(`pictures are ${isOn ? 'those of kitty' : 'half blocks'} with allow-passthrough ${isOn ? 'on' : 'off'}`, async () => {
      await using server = await startTestServer()
      await using talker = await RecordedClient.connect({ server: server.url })
      const room = await talker.client.createRoom({ title: 'passed on', max: 5 })
      await talker.client.join(room.id)
      const directory = await mkdtemp(join(tmpdir(), 'gifchat-tmux-'))
      const path = join(directory, 'rings.gif')
      await writeFile(path, ringsGif())
      await talker.client.sendGif(room.id, path).acked
      await using terminal = await openTerminal({
        through: [
          'tmux',
          ...['-T', 'RGB', '-f', '/dev/null', 'set', '-g', 'allow-passthrough', isOn ? 'on' : 'off', ';'],
          ...['new-session', 'bash --norc', ';', 'set', '-g', 'destroy-unattached', 'on'],
        ],
        env: { PS1: 'ready> ', SHELL: '/bin/sh', TMUX_TMPDIR: '.' },
      })
      const asked = new Set<RegExp>()
      terminal.onOutput(() => {
        for (const [question, answer] of KITTY_ANSWERS) {
          if (asked.has(question) || !question.test(terminal.output)) continue
          asked.add(question)
          terminal.type(answer)
        }
      })
      await terminal.waitFor('ready>')
      terminal.type(`clear; ${shellLine('join', `${server.url}/${room.id}`)}\r`)
      await terminal.waitFor('passed on')
      if (isOn) {
        await terminal.waitFor(() => /\x1b_Ga=T,U=1,[^\x1b]*\x1b\\/.test(terminal.output))
        await terminal.waitFor(view => view.text().some(row => row.includes('\u{10EEEE}')))
        terminal.type(`/quit${KEYS.enter}`)
        await terminal.waitFor(() => /\x1b_Ga=d,d=I,i=\d+/.test(terminal.output))
      } else await terminal.waitFor(view => view.text().some(row => /[▀▄]{5}/.test(row)))
      await rm(directory, { recursive: true })
    })
})

for (const [columns, rows] of isHere ? SIZES : []) {
  describe(`in tmux at ${columns}×${rows}`, () => {
    test('a room is drawn, resized, suspended and redrawn', async () => {
      await using server = await startTestServer()
      await using terminal = await openTerminal({
        // Its own tmux server, which ends with the window. The status line takes one row.
        through: [
          'tmux',
          '-f',
          '/dev/null',
          'new-session',
          'bash --norc',
          ';',
          'set',
          '-g',
          'destroy-unattached',
          'on',
        ],
        columns,
        rows: rows + 1,
        env: { GIFCHAT_SERVER: server.url, PS1: 'ready> ', SHELL: '/bin/sh', TMUX_TMPDIR: '.' },
      })
      await terminal.waitFor('ready>')
      terminal.type(`clear; ${shellLine('create', 'quiet')}\r`)
      await terminal.waitFor('1/10 people')
      terminal.type('한글 hello')
      await terminal.waitFor('› 한글 hello')
      await terminal.waitFor(view => view.cursor.x === 2 + '한글 hello'.length + 2)
      assert.equal(terminal.cursor.y, rows - 2)
      terminal.resize(columns + 7, rows + 4)
      await terminal.waitFor(view => view.text()[rows + 1]?.startsWith('› 한글 hello') ?? false)
      terminal.type(KEYS.ctrlZ)
      await terminal.waitFor('Stopped')
      terminal.type('fg\r')
      await terminal.waitFor(view => view.text()[rows + 1]?.startsWith('› 한글 hello') ?? false)
      assert.ok(!terminal.screen().some(row => row.includes('Stopped')))
      // Emoji that tmux does not know move neither the cursor nor the right edge.
      terminal.type(`\x15a👍🏽b❤️c👩‍🚀d🇰🇷e`)
      await terminal.waitFor(view => /^› a👍.*e$/.test(view.text()[rows + 1] ?? '') && view.cursor.x === 15)
      const { y } = terminal.cursor
      assert.equal(terminal.cell(14, y).text, 'e')
      terminal.type(KEYS.enter)
      await terminal.waitFor(view => view.text().some(row => /a👍.*e▕$/.test(row)))
      const said = terminal.screen().findIndex(row => /a👍.*e▕$/.test(row))
      assert.equal(terminal.cell(columns + 6, said).text, '▕')
      terminal.type(`/quit${KEYS.enter}`)
      await terminal.waitFor('ready>')
      terminal.type('exit\r')
      assert.equal(await terminal.exited, 0)
    })
  })
}
