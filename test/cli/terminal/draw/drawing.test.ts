import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ColorDepth, reportedColorDepth } from '../../../../cli/terminal/ask/color-depth.ts'
import { terminalGraphicsLevel } from '../../../../cli/terminal/ask/graphics.ts'
import { SILENT_REPORT } from '../../../../cli/terminal/ask/terminal-report.ts'
import { cellColor, colorCode, TRANSPARENT } from '../../../../cli/terminal/color/colors.ts'
import { HalfBlockWriter, halfBlockCellAt } from '../../../../cli/terminal/draw/half-blocks.ts'
import { guardTerminal } from '../../../../cli/terminal/restore.ts'

describe('reportedColorDepth', () => {
  const cases: readonly (readonly [ColorDepth, Record<string, string>, string])[] = [
    ['truecolor', { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 'COLORTERM says so'],
    ['truecolor', { TERM: 'xterm-kitty' }, 'kitty'],
    ['truecolor', { TERM: 'mlterm' }, 'mlterm, which does not say its name when asked'],
    ['truecolor', { TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, 'iTerm2'],
    ['truecolor', { WT_SESSION: 'some-id' }, 'Windows Terminal, which sets no TERM'],
    ['256', { TERM: 'xterm-256color' }, '256 colours'],
    ['256', { TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, 'Terminal.app'],
    ['16', { TERM: 'xterm' }, 'any terminal with a name'],
    ['16', { TERM: 'linux', NO_COLOR: '' }, 'an empty NO_COLOR counts for nothing'],
    ['none', { TERM: 'dumb', COLORTERM: 'truecolor' }, 'a dumb one'],
    ['none', { TERM: 'vt100' }, 'one without colours'],
    ['none', { TERM: 'xterm-kitty', NO_COLOR: '1' }, 'NO_COLOR'],
    ['none', {}, 'nothing known'],
  ]
  for (const [expected, environment, why] of cases) {
    it(`finds ${expected}: ${why}`, () => {
      assert.equal(reportedColorDepth(environment), expected)
    })
  }

  it('believes the answer of a terminal where the environment is missing, as over ssh', () => {
    const depthOf = (version: string, TERM: string) =>
      reportedColorDepth({ TERM }, { ...SILENT_REPORT, version })
    assert.equal(depthOf('WezTerm 20240203-110809-5046fc22', 'xterm-256color'), 'truecolor')
    assert.equal(depthOf('XTerm(379)', 'xterm'), 'truecolor')
    assert.equal(depthOf('XTerm(330)', 'xterm'), '16')
    assert.equal(depthOf('tmux 3.3a', 'screen'), '16')
  })

  it('finds text where there is no terminal, unless a level was chosen', () => {
    const environment = { TERM: 'xterm-kitty', COLORTERM: 'truecolor' }
    assert.equal(terminalGraphicsLevel({ isTTY: false, environment }), 'text')
    assert.equal(terminalGraphicsLevel({ isTTY: true, environment, chosen: '16' }), '16')
  })
})

describe('cellColor', () => {
  it('leaves 16 million colours as they are', () => {
    assert.equal(cellColor(0xff123456, 'truecolor'), 0x123456)
  })

  it('maps every colour of the palette of 256 to itself', () => {
    const steps = [0, 95, 135, 175, 215, 255]
    for (const [r, red] of steps.entries()) {
      for (const [g, green] of steps.entries()) {
        for (const [b, blue] of steps.entries()) {
          assert.equal(
            cellColor((0xff << 24) | (red << 16) | (green << 8) | blue, '256'),
            16 + 36 * r + 6 * g + b,
          )
        }
      }
    }
    for (let gray = 0; gray < 24; gray++) {
      assert.equal(cellColor((0xff << 24) | ((8 + 10 * gray) * 0x010101), '256'), 232 + gray)
    }
  })

  it('finds the nearest of 16', () => {
    const found = [0xff000000, 0xfffafafa, 0xfffa0505, 0xff1010d0, 0xff808080].map(pixel =>
      cellColor(pixel, '16'),
    )
    assert.deepEqual(found, [0, 15, 9, 4, 8])
  })

  it('treats less than half opaque as transparent', () => {
    for (const level of ['truecolor', '256', '16'] as const) {
      assert.equal(cellColor(0x7fffffff, level), TRANSPARENT)
      assert.notEqual(cellColor(0x80ffffff, level), TRANSPARENT)
    }
  })
})

describe('colorCode', () => {
  it('writes the code of a colour at each depth', () => {
    assert.equal(colorCode(0x0102ff, 'truecolor', 'fore'), '38;2;1;2;255')
    assert.equal(colorCode(200, '256', 'back'), '48;5;200')
    assert.deepEqual(
      [1, 9].map(color => colorCode(color, '16', 'fore')),
      ['31', '91'],
    )
    assert.deepEqual(
      [7, 15].map(color => colorCode(color, '16', 'back')),
      ['47', '107'],
    )
  })
})

describe('half blocks', () => {
  const write = (...cells: readonly (readonly [number, number])[]): string => {
    const writer = new HalfBlockWriter('256', '44')
    for (const cell of cells) writer.addCell(...cell)
    return writer.endBlocks()
  }

  it('show two colours in a cell, or one', () => {
    assert.equal(write([1, 2]), '\x1b[38;5;1;48;5;2m▀\x1b[39;44m')
    assert.equal(write([3, 3]), '\x1b[48;5;3m \x1b[39;44m')
  })

  it('show the background where they are transparent', () => {
    assert.equal(write([TRANSPARENT, 5]), '\x1b[38;5;5;44m▄\x1b[39;44m')
    assert.equal(write([5, TRANSPARENT]), '\x1b[38;5;5;44m▀\x1b[39;44m')
    assert.equal(write([TRANSPARENT, TRANSPARENT]), '\x1b[44m \x1b[39;44m')
  })

  it('write only colours that change', () => {
    assert.equal(
      write([1, 2], [1, 2], [2, 1], [1, 4], [4, 4]),
      '\x1b[38;5;1;48;5;2m▀▀▄\x1b[48;5;4m▀ \x1b[39;44m',
    )
    assert.equal(write(), '')
  })

  it('treat cells outside a frame as transparent', () => {
    const frame = { columns: 2, colors: Int32Array.of(1, 2, 3, 4) }
    assert.deepEqual(halfBlockCellAt(frame, 0, 1), [2, 4])
    assert.deepEqual(halfBlockCellAt(frame, 0, 2), [TRANSPARENT, TRANSPARENT])
    assert.deepEqual(halfBlockCellAt(frame, 1, 0), [TRANSPARENT, TRANSPARENT])
  })
})

describe('guardTerminal', () => {
  /** A fake process, which a test can end. */
  function guarded(isTTY = true) {
    const written: string[] = []
    const listeners = new Map<string, () => void>()
    const host = {
      on: (event: string, listener: () => void) => listeners.set(event, listener),
      off: (event: string) => listeners.delete(event),
    }
    // Only these two functions of a process are used.
    const restore = guardTerminal({ isTTY, write: text => written.push(text) }, host as never)
    return { written, listeners, restore }
  }

  it('restores cursor, screen, paste and mouse once', () => {
    const { written, restore, listeners } = guarded()
    restore()
    restore()
    assert.equal(written.length, 1)
    for (const code of ['?1049l', '?25h', '?2004l', '?1000l', '?1006l', '?2026l', '0m']) {
      assert.ok(written[0]?.includes(`\x1b[${code}`), code)
    }
    assert.ok(!written[0]?.includes('<'), 'nothing that a simple terminal would print')
    assert.equal(listeners.size, 0)
  })

  it('restores them by itself when the process ends', () => {
    const { written, listeners } = guarded()
    listeners.get('exit')?.()
    assert.equal(written.length, 1)
  })

  it('writes nothing where there is no terminal', () => {
    const { written, restore } = guarded(false)
    restore()
    assert.deepEqual(written, [])
  })
})
