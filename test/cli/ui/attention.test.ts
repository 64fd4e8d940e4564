import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRoomOnScreen, type RoomOnScreen } from '../../support/chat-room.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { KEYS } from '../../support/terminal.ts'

const WHEEL_UP = '\x1b[<64;10;5M'
const WHEEL_DOWN = '\x1b[<65;10;5M'
const FOCUS_LOST = '\x1b[O'
const FOCUS_BACK = '\x1b[I'

/** The colour of the terminal's user, without the `#`. */
async function colorOf({ guest, terminal }: RoomOnScreen): Promise<string> {
  terminal.type(`hello${KEYS.enter}`)
  const { message } = await guest.event('chat.chat', ({ message }) => message.user.id !== guest.userId)
  await terminal.waitFor(' you')
  return message.user.color.slice(1)
}

for (const [columns, rows] of [
  [80, 24],
  [40, 12],
] as const) {
  test(`a mention is marked, rings the bell and counts in the title, at ${columns}×${rows}`, async () => {
    await using server = await startTestServer()
    await using there = await openRoomOnScreen(server.url, {
      columns,
      rows,
      title: 'night\u202e \u001b]2;evil\u0007train',
    })
    const { terminal } = there
    const { view } = terminal
    const color = await colorOf(there)
    await terminal.waitFor(() => view.title === 'gifchat: night ]2;eviltrain')
    assert.equal(view.bells, 0)
    await there.say(`@${color}님 and @C0FFEE!`)
    await terminal.waitFor(`@${color}님`)
    assert.ok(terminal.cellOf(`@${color}`).isInverse)
    assert.ok(!terminal.cellOf('님').isInverse)
    assert.equal(terminal.cellOf('@C0FFEE').foreground, '#C0FFEE')
    await terminal.waitFor(() => view.bells === 1)

    // A letter typed after the report shows that the report was handled.
    terminal.type(`${FOCUS_LOST}x`)
    await terminal.waitFor('› x')
    await there.say('first')
    await there.say('second')
    await terminal.waitFor(() => view.title === 'gifchat: night ]2;eviltrain (2)')
    await terminal.waitFor('— new from here —')
    assert.equal(view.find('▎first').y - view.find('new from here').y, 2, 'the line, the name, the message')
    terminal.type(FOCUS_BACK)
    await terminal.waitFor(() => view.title === 'gifchat: night ]2;eviltrain')
    terminal.type(`\x15${KEYS.ctrlC}`)
    assert.equal(await terminal.exited, 0)
    assert.deepEqual([view.title, view.reports], ['', { mouse: false, focus: false }])
  })

  test(`the wheel scrolls three rows, and new messages are counted meanwhile, at ${columns}×${rows}`, async () => {
    await using server = await startTestServer()
    await using there = await openRoomOnScreen(server.url, { columns, rows })
    const { terminal } = there
    for (let number = 1; number <= 30; number++) await there.say(`number ${number}.`)
    await terminal.waitFor('number 30.')
    assert.ok(terminal.view.reports.mouse)
    const before = terminal.view.find('number 27.').y
    terminal.type(WHEEL_UP)
    await terminal.waitFor('older messages')
    assert.equal(terminal.view.find('number 27.').y, before + 3)
    await there.say('news')
    await terminal.waitFor('1 new ↓')
    await there.say('more news')
    await terminal.waitFor('2 new ↓')
    terminal.type(WHEEL_DOWN.repeat(4))
    await terminal.waitFor('▎more news')
    await terminal.waitFor(view => !view.text().join().includes('new ↓'))
    await terminal.waitFor('— new from here —')
    // Clicks and releases never become text.
    terminal.type('\x1b[<0;3;3M\x1b[<0;3;3mx')
    await terminal.waitFor(view => view.text().some(row => row.trimEnd() === '› x'))
  })

  test(`an address is a link to itself, even over two rows, at ${columns}×${rows}`, async () => {
    await using server = await startTestServer()
    await using there = await openRoomOnScreen(server.url, { columns, rows })
    const { terminal } = there
    const address = `https://example.com/${'a-long-way/'.repeat(8)}end`
    await there.say(`look: ${address}.`)
    await there.say(
      '\u001b]8;;https://evil.example\u0007https://bank.example\u001b]8;;\u0007 \u009d8;;https://evil.example\u009c!',
    )
    await terminal.waitFor('https://bank.example')
    const cells = Array.from({ length: rows }, (_, y) =>
      Array.from({ length: columns }, (_, x) => terminal.view.link(x, y)),
    )
    const links = new Map(cells.flat().flatMap(link => (link === undefined ? [] : [[link.uri, link.id]])))
    assert.deepEqual([...links.keys()].toSorted(), ['https://bank.example', address])
    assert.equal(links.get(address), 'm1-0')
    const rowsOfLink = cells.filter(row => row.some(link => link?.uri === address)).length
    assert.ok(rowsOfLink >= 2, `${rowsOfLink} rows`)
    const { x, y } = terminal.view.find('https://bank')
    assert.equal(terminal.view.link(x - 1, y), undefined)
    assert.equal(terminal.view.link(x + 'https://bank.example'.length, y), undefined)
  })
}

test('mouse, title, bell and sides can be switched off', async () => {
  await using server = await startTestServer()
  const env = {
    GIFCHAT_MOUSE: 'off',
    GIFCHAT_TITLE: 'off',
    GIFCHAT_ALIGN: 'left',
    GIFCHAT_BELL: 'off',
  }
  await using there = await openRoomOnScreen(server.url, { env })
  const { terminal } = there
  const color = await colorOf(there)
  await there.say(`@${color} https://example.com`)
  await terminal.waitFor('https://example.com')
  assert.ok(terminal.screen().includes('▎hello'))
  assert.ok(
    terminal.screen().some(row => new RegExp(`^▎#${color}(?: \\w{4})? you {2}\\d\\d:\\d\\d$`).test(row)),
  )
  assert.deepEqual([terminal.view.title, terminal.view.bells, terminal.view.reports.mouse], ['', 0, false])
})
