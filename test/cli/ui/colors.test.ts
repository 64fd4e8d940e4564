import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { contrastOf, parseColor } from '../../../cli/terminal/color/color-space.ts'
import { nearestPaletteColor } from '../../../cli/terminal/color/palette.ts'
import { startTestServer } from '../../support/chat-server.ts'
import { RecordedClient } from '../../support/recorded-client.ts'
import { openTerminal, type Terminal, type TerminalOptions } from '../../support/terminal.ts'

const SIZES = [
  [80, 24],
  [40, 10],
] as const

/** A newcomer's screen of a room in which somebody else has said hello. */
async function withHello(
  options: TerminalOptions,
  look: (terminal: Terminal, color: string) => void | Promise<void>,
): Promise<void> {
  await using server = await startTestServer()
  await using other = await RecordedClient.connect({ server: server.url })
  const room = await other.client.createRoom({ title: 'quiet', max: 5 })
  await other.client.join(room.id)
  await other.client.send(room.id, 'hello').acked
  await using terminal = await openTerminal({ ...options, args: ['join', `${server.url}/${room.id}`] })
  await terminal.waitFor('hello')
  await look(terminal, other.client.user?.color ?? '')
}

for (const [columns, rows] of SIZES) {
  const size = { columns, rows }
  describe(`colours at ${columns}×${rows}`, () => {
    for (const background of ['#FDF6E3', '#1D1F21'] as const) {
      test(`names are readable on ${background}, which the terminal reports`, () =>
        withHello({ ...size, background }, (terminal, color) => {
          const { foreground = '' } = terminal.cellOf(color)
          assert.ok(contrastOf(foreground, background) >= 4.5, `${color} became ${foreground}`)
        }))
    }

    test('a chosen theme is used where the background is unknown', () =>
      withHello({ ...size, env: { GIFCHAT_THEME: 'light' } }, (terminal, color) => {
        assert.ok(contrastOf(terminal.cellOf(color).foreground ?? '', '#F2F2F2') >= 4.5)
      }))

    for (const [depth, TERM] of [
      ['256', 'xterm-256color'],
      ['16', 'xterm'],
    ] as const) {
      test(`with ${depth} colours a name has the nearest readable one`, () =>
        withHello(
          { ...size, background: '#000000', env: { TERM, COLORTERM: undefined } },
          (terminal, color) => {
            const { foreground } = terminal.cellOf(color)
            const isReadable = (other: string) => contrastOf(other, '#000000') >= 4.5
            if (isReadable(color))
              assert.equal(foreground, nearestPaletteColor(parseColor(color), depth, isReadable)?.color)
            else assert.ok(isReadable(foreground ?? ''))
          },
        ))
    }

    test('without colours everybody has a tag, and nothing is coloured', () =>
      withHello({ ...size, env: { NO_COLOR: '1' } }, (terminal, color) => {
        assert.match(terminal.screen().join('\n'), new RegExp(`${color} \\w{4}`))
        for (let y = 0; y < rows; y++)
          for (let x = 0; x < columns; x++) assert.equal(terminal.cell(x, y).foreground, undefined)
      }))
  })
}

test('the swatch of an identity keeps its colour', () =>
  withHello({ background: '#FDF6E3' }, terminal => {
    const [, me] = /you are (#[0-9A-F]{6})/.exec(terminal.screen().join('\n')) ?? []
    assert.equal(terminal.cellOf('■').foreground, me)
  }))
