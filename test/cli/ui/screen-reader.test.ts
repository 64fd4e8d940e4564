import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'
import { openTerminal, type Terminal } from '../../support/terminal.ts'

const SIZES = [
  [80, 24],
  [40, 10],
] as const

/** All lines from the top of the scrollback on; wrapped rows are joined. */
const linesOf = (terminal: Terminal) => terminal.view.lines()

for (const [columns, rows] of SIZES) {
  describe(`for screen readers, at ${columns}×${rows}`, () => {
    test('everything is a new line below the last one, from the list of rooms to the farewell', async () => {
      await using server = await startTestServer()
      await using other = await RecordedClient.connect({ server: server.url })
      const room = await other.client.createRoom({ title: 'night train', max: 5, password: 'secret' })
      await other.client.join(room.id, { password: 'secret' })
      await using terminal = await openTerminal({
        args: ['--screen-reader'],
        columns,
        rows,
        env: { GIFCHAT_SERVER: server.url },
      })
      await terminal.waitFor(() =>
        linesOf(terminal).some(line => /^night train, 1 of 5 people, private/.test(line)),
      )
      await terminal.waitFor(() =>
        linesOf(terminal).some(line => line.startsWith('Type the title or the id')),
      )
      const more = await other.client.createRoom({ title: 'day train', max: 5 })
      await terminal.waitFor(() => linesOf(terminal).some(line => line.startsWith('New room: day train')))
      terminal.type('train\r')
      await terminal.waitFor(() => linesOf(terminal).some(line => line.startsWith('Several rooms match')))
      terminal.type('night train\r')
      await terminal.waitFor(() =>
        linesOf(terminal).some(line => line.startsWith('Password (it is not shown)')),
      )
      terminal.type('wrong\r')
      await terminal.waitFor(() => linesOf(terminal).includes('That is not the password.'))
      terminal.type('secrex\x7ft\r')
      await terminal.waitFor(() => linesOf(terminal).includes('You are in night train, 2 of 5 people.'))
      assert.ok(!linesOf(terminal).join('\n').includes('secre'), 'a password is never shown')
      await other.client.send(room.id, 'hello\nthere').acked
      await terminal.waitFor(() =>
        linesOf(terminal).some(line => /^\d\d:\d\d #\w{6} \w{4}: hello there$/.test(line)),
      )
      terminal.type('안녕하세요\r')
      await other.until(() =>
        other.all('message').some(({ message }) => 'text' in message && message.text === '안녕하세요'),
      )
      await terminal.waitFor(() => linesOf(terminal).some(line => /^\d\d:\d\d you: 안녕하세요$/.test(line)))
      terminal.type('/nonsense\r')
      await terminal.waitFor(() => linesOf(terminal).some(line => line.startsWith('There is no /nonsense')))
      terminal.type('/help\r')
      await terminal.waitFor(() => linesOf(terminal).includes('/who: who is in this room'))
      terminal.type('/invite\r')
      await terminal.waitFor(() => linesOf(terminal).some(line => line.startsWith('Hand this line on:')))
      terminal.type('/who\r')
      await terminal.waitFor(() => linesOf(terminal).includes('2 people here:'))
      terminal.type('/leave\r')
      await terminal.waitFor(() => linesOf(terminal).at(-1)?.startsWith('Type the title') ?? false)
      terminal.type('q\r')
      assert.equal(await terminal.exited, 0)
      assert.ok(more.id !== '')
      assert.equal(terminal.controls, '', 'not one escape sequence was written')
    })

    test('a room is opened question by question, also where TERM=dumb alone chooses this mode', async () => {
      await using server = await startTestServer()
      await using terminal = await openTerminal({
        columns,
        rows,
        env: { GIFCHAT_SERVER: server.url, GIFCHAT_LANG: 'ko', TERM: 'dumb' },
      })
      await terminal.waitFor(() => linesOf(terminal).some(line => line.startsWith('방 제목이나 아이디')))
      terminal.type('n\r')
      await terminal.waitFor(() => linesOf(terminal).some(line => /^제목, .*"[가-힣]+ [가-힣]+"/.test(line)))
      terminal.type('밤 기차\r')
      await terminal.waitFor(() => linesOf(terminal).some(line => line.startsWith('최대 인원, ')))
      terminal.type('1\r')
      await terminal.waitFor(() => linesOf(terminal).includes('2부터 1000까지의 수를 쓰세요.'))
      terminal.type('3\r')
      await terminal.waitFor(() => linesOf(terminal).some(line => line.startsWith('비밀번호, ')))
      terminal.type('\r')
      await terminal.waitFor(() =>
        linesOf(terminal).includes('밤 기차 방에 들어왔습니다. 3명 중 1명이 있습니다.'),
      )
      terminal.type('\x03')
      assert.equal(await terminal.exited, 0)
    })
  })
}
