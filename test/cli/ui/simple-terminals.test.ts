import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ringsGif } from '../../desktop/rings-gif.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'
import { KEYS, openTerminal, shellLine } from '../../support/terminal.ts'

describe('a terminal with few colours', () => {
  for (const [depth, env] of [
    ['256', { COLORTERM: undefined }],
    ['16', { COLORTERM: undefined, TERM: 'xterm' }],
  ] as const)
    test(`gets no 24-bit colour: ${depth}`, async t => {
      const directory = await mkdtemp(join(tmpdir(), 'gifchat-colors-'))
      t.after(() => rm(directory, { recursive: true }))
      const path = join(directory, 'rings.gif')
      await writeFile(path, ringsGif())
      await using server = await startTestServer()
      await using talker = await RecordedClient.connect({ server: server.url })
      const room = await talker.client.createRoom({ title: 'colours', max: 5 })
      await talker.client.join(room.id)
      await talker.client.sendGif(room.id, path).acked
      await using terminal = await openTerminal({ args: ['join', `${server.url}/${room.id}`], env })
      const isPicture = (row: string) => (row.match(/[▀▄]/g) ?? []).length > 10
      await terminal.waitFor(screen => screen.text().filter(isPicture).length > 2)
      const { bytes } = terminal
      await talker.client.send(room.id, 'hello').acked
      // It has moved by then: the picture is larger than this message.
      await terminal.waitFor(screen => screen.text().some(row => row.includes('hello')))
      await terminal.waitFor(() => terminal.bytes > bytes + 2_000)
      assert.doesNotMatch(terminal.output, /\x1b\[(?:[\d;]*;)?[34]8;2;/)
    })
})

test('a terminal with one screen keeps nothing of the conversation, and the prompt stands at the top', async () => {
  await using server = await startTestServer()
  await using terminal = await openTerminal({
    through: [
      'sh',
      '-c',
      `printf '$ gifchat\\n'; ${shellLine('create', 'secret room')}; printf '$ '; read line`,
    ],
    hasAlternateScreen: false,
    env: { GIFCHAT_SERVER: server.url, TERM: 'screen', STY: '1.pts-0.here' },
  })
  await terminal.waitFor('secret room')
  terminal.type(`a secret${KEYS.enter}`)
  await terminal.waitFor(screen => screen.text().some(row => row.includes('a secret▕')))
  terminal.type(`/quit${KEYS.enter}`)
  await terminal.waitFor(screen => screen.text()[0] === '$')
  assert.deepEqual(
    terminal.screen().filter(row => row !== ''),
    ['$'],
  )
  // GNU screen would keep in its history what these erase.
  assert.doesNotMatch(terminal.output, /\x1b\[(?:1;1)?H\x1b\[0?J|\x1b\[2J/)
})

describe('a terminal that does not tell its size', () => {
  const started = (line: string) => ['sh', '-c', `stty cols 0 rows 0; ${line}`] as const

  test('has the size in COLUMNS and LINES', async () => {
    await using server = await startTestServer()
    await using terminal = await openTerminal({
      through: started(shellLine('create', 'sized')),
      env: { GIFCHAT_SERVER: server.url, COLUMNS: '60', LINES: '12' },
    })
    await terminal.waitFor('sized')
    await terminal.ready()
    const last = terminal.screen().findLastIndex(row => row !== '')
    assert.equal(last, 11)
    assert.ok(terminal.screen().every(row => row.length <= 60))
  })

  test('says so where they are not set either', async () => {
    await using terminal = await openTerminal({ through: started(shellLine('create', 'unsized')) })
    assert.equal(await terminal.exited, 2)
    assert.match(terminal.screen().join(' '), /does not tell its size/)
  })
})

test('a terminal that does not know kitty’s keys is not told to take or leave them', async () => {
  await using server = await startTestServer()
  await using terminal = await openTerminal({ args: ['create', 'x'], env: { GIFCHAT_SERVER: server.url } })
  await terminal.waitFor('gifchat join')
  terminal.type(`/quit${KEYS.enter}`)
  assert.equal(await terminal.exited, 0)
  assert.match(terminal.output, /\x1b\[\?u/)
  assert.doesNotMatch(terminal.output, /\x1b\[[<>=][\d;]*u/)
})

describe('lines that are pasted without marks', () => {
  for (const [where, tellsModes, marked, messages] of [
    ['one paste where the terminal marks none', false, '', 1],
    ['keys where the terminal says that it marks pastes', true, '', 3],
    ['keys where the terminal has marked one', false, 'x', 3],
  ] as const)
    test(`are ${where}`, async () => {
      await using server = await startTestServer()
      await using talker = await RecordedClient.connect({ server: server.url })
      const room = await talker.client.createRoom({ title: 'pasted', max: 5 })
      await talker.client.join(room.id)
      await using terminal = await openTerminal({ args: ['join', `${server.url}/${room.id}`], tellsModes })
      await terminal.waitFor('pasted')
      await terminal.ready()
      if (marked !== '') {
        terminal.paste(marked)
        await terminal.waitFor(`› ${marked}`)
        terminal.type(KEYS.backspace)
        await terminal.waitFor('› Write a message')
      }
      terminal.type('one\rtwo\rthree\r')
      await terminal.waitFor('three')
      terminal.type(`four${KEYS.enter}`)
      await talker.until(() => talker.shownTexts.at(-1)?.includes('four') === true)
      assert.deepEqual(
        talker.shownTexts,
        messages === 3 ? ['one', 'two', 'three', 'four'] : ['one\ntwo\nthree\nfour'],
      )
    })
})

test('a locale that is not UTF-8 is refused in ASCII, before the screen is taken', async () => {
  await using terminal = await openTerminal({ args: ['create', 'x'], env: { LC_ALL: 'ko_KR.eucKR' } })
  assert.equal(await terminal.exited, 2)
  assert.match(terminal.screen().join(' '), /needs a terminal with UTF-8, and the locale says eucKR/)
  assert.match(terminal.output, /^[\x00-\x7f]*$/)
  assert.doesNotMatch(terminal.output, /1049h/)
})

test('a client whose terminal vanishes without SIGHUP leaves the room', {
  skip: process.platform !== 'linux' && 'setsid is a program of Linux',
}, async () => {
  // Whoever only loses the connection would keep the seat for an hour.
  await using server = await startTestServer({ seatHoldMs: 3_600_000 })
  await using talker = await RecordedClient.connect({ server: server.url })
  const room = await talker.client.createRoom({ title: 'vanishing', max: 5 })
  await talker.client.join(room.id)
  await using terminal = await openTerminal({
    through: ['sh', '-c', `exec 3<&0; setsid ${shellLine('join', `${server.url}/${room.id}`)} <&3 & wait`],
  })
  await talker.event('join')
  await terminal.ready()
  terminal.hangUp()
  const { users } = await talker.event('exit')
  assert.equal(users.length, 1)
})
