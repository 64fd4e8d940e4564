import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../../support/chat-server.ts'
import { openTerminal } from '../../support/terminal.ts'
import { WireClient } from '../../support/wire-client.ts'

for (const [columns, rows] of [
  [80, 24],
  [40, 10],
] as const) {
  test(`two people use one room in two languages, at ${columns}×${rows}`, async () => {
    await using server = await startTestServer()
    await using guest = await WireClient.hello(server.url)
    const { room } = await guest.ask({ type: 'room.create', title: '밤 기차', max: 5 }, 'room.created')
    await guest.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
    const open = (env: Readonly<Record<string, string>>, ...flags: readonly string[]) =>
      openTerminal({ columns, rows, env, args: ['join', `${server.url}/${room.id}`, ...flags] })
    // The flag overrides the locale, and LC_ALL the other variables of the locale.
    await using korean = await open({ LANG: 'en_US.UTF-8', LC_ALL: 'ko_KR.UTF-8' })
    await korean.waitFor('2/5명')
    await using english = await open({ LANG: 'ko_KR.UTF-8' }, '--lang', 'en')
    await english.waitFor('3/5 people')
    await korean.waitFor('3/5명')

    await using newcomer = await WireClient.hello(server.url)
    const { members } = await newcomer.ask({ type: 'chat.join', room: room.id }, 'chat.joined')
    const color = members.find(({ id }) => id === newcomer.userId)?.color
    // The tag is there if two of the three look alike.
    const says = (sentence: string) => (view: { text(): readonly string[] }) =>
      new RegExp(`${color}(?: \\w{4})?${sentence}`).test(
        view
          .text()
          .map(row => row.trim())
          .join(' '),
      )
    await english.waitFor(says(' came in'))
    // People who came in the same minute share a sentence, and the last of them gets the particle.
    await korean.waitFor(says('님이 입장하셨습니다.'))
    const row = korean.screen().find(line => line.includes('입장하셨습니다.')) ?? ''
    assert.match(row, /^ +\S/, 'it stands in the middle')
    await newcomer.ask({ type: 'chat.leave', room: room.id }, 'chat.left')
    await korean.waitFor(says('님이 퇴장하셨습니다.'))
    await english.waitFor(says(' left'))

    english.type('/nope\r')
    await english.waitFor('There is no /nope.')
    korean.type('/없음\r')
    await korean.waitFor('/없음 명령은 없습니다.')
  })
}
