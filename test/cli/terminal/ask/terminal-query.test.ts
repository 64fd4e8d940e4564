import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type GraphicsLevel, terminalGraphicsLevel } from '../../../../cli/terminal/ask/graphics.ts'
import type { TerminalSignal } from '../../../../cli/terminal/ask/terminal-input.ts'
import { askTerminal } from '../../../../cli/terminal/ask/terminal-query.ts'
import { SILENT_REPORT, type TerminalReport } from '../../../../cli/terminal/ask/terminal-report.ts'
import type { OuterTerminal } from '../../../../cli/terminal/ask/tmux-client.ts'
import { AskedTerminal } from '../../../support/asked-terminal.ts'
import { ANSWERS } from '../../../support/terminal-answers.ts'
import { TerminalScreen } from '../../../support/terminal-screen.ts'

const ask = (terminal: AskedTerminal, environment = { TERM: 'xterm-256color' }, timeoutMs = 1_000) =>
  askTerminal({ input: terminal.input, output: terminal.output, environment, timeoutMs })

/** Ways in which an answer may be cut into packets. */
const SPLITS: Readonly<Record<string, (answer: string) => readonly string[]>> = {
  whole: answer => [answer],
  'byte by byte': answer => [...answer],
  'cut after each escape': answer => answer.split(/(?<=\x1b)/),
}

const known = (report: Partial<TerminalReport>): Partial<TerminalReport> => report

const REPORTS: Readonly<Record<keyof typeof ANSWERS, Partial<TerminalReport>>> = {
  kitty: known({
    version: 'kitty(0.41.1)',
    hasKittyGraphics: true,
    hasKittyAnimation: true,
    cell: { width: 6, height: 15 },
    hasSynchronizedOutput: true,
    hasBracketedPaste: true,
    hasKeyProtocol: true,
    background: '#000000',
  }),
  oldKitty: known({ version: 'kitty(0.26.5)', hasKittyGraphics: true, hasKittyAnimation: false }),
  xterm: known({
    version: 'XTerm(379)',
    cell: undefined,
    hasSynchronizedOutput: false,
    hasBracketedPaste: true,
    hasKeyProtocol: false,
    misdrawnEmoji: [],
    background: '#FFFFFF',
  }),
  xtermVt340: known({
    attributes: [63, 1, 2, 4, 6, 9, 15, 16, 22, 28],
    cell: { width: 6, height: 13 },
    hasKittyGraphics: false,
  }),
  mlterm: known({ version: undefined, cell: { width: 10, height: 22 } }),
  konsole: known({
    version: 'Konsole 22.12.3',
    hasKittyGraphics: true,
    attributes: [62, 1, 4],
    misdrawnEmoji: ['variant', 'joined'],
  }),
  tmux: known({
    version: 'tmux 3.3a',
    attributes: [1, 2],
    background: undefined,
    misdrawnEmoji: ['tone', 'variant'],
  }),
  wezterm: known({
    version: 'WezTerm 20240203-110809-5046fc22',
    hasKittyGraphics: true,
    hasKittyAnimation: false,
  }),
  ghostty131: known({ hasKittyGraphics: true, hasKittyAnimation: false, cell: { width: 16, height: 34 } }),
  ghosttyNewer: known({ hasKittyGraphics: true, hasKittyAnimation: true }),
  iterm2: known({ version: 'iTerm2 3.5.14', background: '#14161B' }),
  vscode: known({ version: 'xterm.js(5.6.0-beta.119)', cell: { width: 8, height: 17 } }),
  silent: SILENT_REPORT,
}

/** Prints kitty's question and the ends of others as text, as QTerminal does. */
class PrintingTerminal {
  readonly view: TerminalScreen
  readonly asked: AskedTerminal

  constructor(columns: number) {
    this.view = new TerminalScreen(columns, 24)
    this.asked = new AskedTerminal([['[c', '\x1b[?64;1;2c']])
    const answer = this.asked.output.write
    this.asked.output.write = text => {
      void this.view.write(
        text.replace(/\x1b_(G[^\x1b]*)\x1b\\/g, '$1').replace(/\x1b\[\?\d*\$?([up])/g, '$1'),
      )
      answer(text)
    }
  }

  write(text: string): Promise<void> {
    return this.view.write(text)
  }

  get cursor(): { readonly x: number; readonly y: number } {
    return this.view.cursor
  }
}

describe('a terminal that is asked', () => {
  for (const [name, expected] of Object.entries(REPORTS)) {
    for (const [how, split] of Object.entries(SPLITS)) {
      it(`is known by its answers: ${name}, ${how}`, async () => {
        // REPORTS has the same keys as ANSWERS.
        const terminal = new AskedTerminal(ANSWERS[name as keyof typeof ANSWERS], split)
        const report = await ask(terminal, undefined, name === 'silent' ? 1 : undefined)
        assert.deepEqual({ ...report, ...expected }, report)
        assert.equal(report.answeredAfterMs === undefined, name === 'silent')
        terminal.type('x')
        assert.equal(await terminal.typed(1), 'x', 'nothing of an answer is taken for typed')
      })
    }
  }

  it('is asked in one write, and in a second only where that tells more', async () => {
    const writes = async (name: keyof typeof ANSWERS) => {
      const terminal = new AskedTerminal(ANSWERS[name])
      await ask(terminal)
      return terminal.asked.match(/\x1b\[c/g)?.length
    }
    assert.deepEqual(
      await Promise.all((['kitty', 'xterm', 'xtermVt340', 'iterm2'] as const).map(writes)),
      [2, 1, 2, 1],
    )
  })

  it('shows nothing of a question that it prints, and its cursor comes back', async () => {
    for (const [columns, row] of [
      [80, 1],
      [80, 24],
    ] as const) {
      const printing = new PrintingTerminal(columns)
      await printing.write(`${'\r\n'.repeat(row - 1)}$ gifchat\r\n`)
      const before = printing.cursor
      await ask(printing.asked)
      await printing.write('')
      assert.deepEqual(printing.cursor, before)
      assert.deepEqual(
        printing.view.text().filter(text => text.trim() !== ''),
        ['$ gifchat'],
      )
    }
  })

  it('keeps what is typed meanwhile, in order', async () => {
    let typed = 0
    const terminal = new AskedTerminal(ANSWERS.kitty, answer =>
      answer.split(/(?<=\\|t|c|y)(?=\x1b)/).flatMap(packet => [packet, String(typed++ % 10)]),
    )
    terminal.type('안녕')
    const report = await ask(terminal)
    terminal.type('\x1b[A')
    assert.equal(report.hasKittyAnimation, true)
    const expected = `안녕${Array.from({ length: typed }, (_, index) => index % 10).join('')}\x1b[A`
    assert.equal(await terminal.typed(expected.length), expected)
  })

  it('is not asked about images in a multiplexer, which takes the query for a title, nor if it is dumb', async () => {
    const terminal = new AskedTerminal(ANSWERS.tmux)
    await ask(terminal, { TERM: 'tmux-256color' })
    assert.ok(!terminal.asked.includes('\x1b_G') && terminal.asked.includes('\x1b]11;?'))
    for (const TERM of ['linux', 'dumb', 'vt100']) {
      const silent = new AskedTerminal(ANSWERS.kitty)
      assert.deepEqual(await ask(silent, { TERM }), SILENT_REPORT)
      assert.equal(silent.asked, '')
    }
  })
})

describe('tmux', () => {
  const environment = { TERM: 'tmux-256color', COLORTERM: 'truecolor', TMUX: '/tmp/tmux-0/default,1,0' }
  const askThrough = async (outer: OuterTerminal | undefined, passesOn: boolean) => {
    const answers = passesOn ? [...ANSWERS.kitty, ...ANSWERS.tmux] : ANSWERS.tmux
    const terminal = new AskedTerminal(answers.filter(([question]) => question !== '>q' || !passesOn))
    const query = { input: terminal.input, output: terminal.output, environment, timeoutMs: 50 }
    const report = await askTerminal({ ...query, askTmux: async () => outer })
    return { level: terminalGraphicsLevel({ isTTY: true, environment, report }), asked: terminal.asked }
  }

  it('passes images on where it may, where the terminal around it has them, and colours are whole', async () => {
    const kitty = { version: 'kitty(0.41.1)', hasManyColors: true, isReached: true }
    const { level, asked } = await askThrough(kitty, true)
    assert.equal(level, 'kitty')
    assert.match(asked, /\x1bPtmux;\x1b\x1b_Gi=31,[^\x1b]*\x1b\x1b\\\x1b\\/)
    assert.match(asked, /\x1bPtmux;.*a=f,i=31/s)
    for (const [outer, passesOn] of [
      [kitty, false],
      [{ ...kitty, isReached: false }, true],
      [{ ...kitty, hasManyColors: false }, true],
      [{ ...kitty, version: 'kitty(0.26.5)' }, true],
      [{ ...kitty, version: 'WezTerm 20240203' }, true],
      [undefined, true],
    ] as const)
      assert.equal((await askThrough(outer, passesOn)).level, 'truecolor')
  })
})

describe('the level of graphics', () => {
  const COLORS = { TERM: 'xterm-256color', COLORTERM: 'truecolor' }
  const cases: readonly (readonly [keyof typeof ANSWERS, GraphicsLevel, Record<string, string>])[] = [
    ['kitty', 'kitty', { TERM: 'xterm-kitty' }],
    ['kitty', 'kitty', { TERM: 'xterm-256color' }],
    ['kitty', 'truecolor', { ...COLORS, TMUX: '/tmp/tmux-0/default,1,0' }],
    ['tmux', '256', { TERM: 'screen-256color' }],
    ['kitty', 'truecolor', { ...COLORS, ZELLIJ: '0' }],
    ['kitty', 'text', { TERM: 'xterm-kitty', NO_COLOR: '1' }],
    ['oldKitty', 'truecolor', { TERM: 'xterm-kitty' }],
    ['ghostty131', 'kitty-frames', { TERM: 'xterm-ghostty' }],
    ['ghosttyNewer', 'kitty', { TERM: 'xterm-ghostty' }],
    ['wezterm', 'iterm2', { TERM: 'xterm-256color' }],
    ['iterm2', 'iterm2', { TERM: 'xterm-256color' }],
    ['iterm2', 'truecolor', { ...COLORS, TMUX: '/tmp/tmux-0/default,1,0' }],
    ['silent', 'iterm2', { TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2' }],
    ['vscode', 'sixel', { TERM: 'xterm-256color', TERM_PROGRAM: 'vscode' }],
    ['mlterm', 'sixel', { TERM: 'mlterm' }],
    ['konsole', 'truecolor', { TERM: 'xterm-256color' }],
    ['xtermVt340', 'sixel', { TERM: 'xterm-256color' }],
    ['xterm', 'truecolor', { TERM: 'xterm' }],
    ['tmux', '256', { TERM: 'tmux-256color' }],
    ['silent', 'truecolor', COLORS],
    ['silent', '16', { TERM: 'xterm' }],
  ]
  for (const [name, expected, environment] of cases) {
    it(`is ${expected} for ${name} with ${JSON.stringify(environment)}`, async () => {
      const report = await ask(new AskedTerminal(ANSWERS[name]), undefined, name === 'silent' ? 1 : undefined)
      assert.equal(terminalGraphicsLevel({ isTTY: true, environment, report }), expected)
      assert.equal(
        terminalGraphicsLevel({ isTTY: true, environment, report, chosen: 'kitty-frames' }),
        'kitty-frames',
      )
    })
  }
})

describe('input from a terminal', () => {
  it('is split into keys and reports: late answers and the focus never become keys', async () => {
    const terminal = new AskedTerminal([])
    const signals: TerminalSignal[] = []
    terminal.input.subscribe(signal => signals.push(signal))
    terminal.type('a\x1b_Gi=31;OK\x1b\\b\x1b[O\x1b[Ic\x1b]11;rgb:12/34/56\x07\x1b[?62;4c\x1b[0n\x1b[?1u')
    assert.equal(await terminal.typed(3), 'abc')
    assert.deepEqual(signals, [
      { type: 'reply', reply: { type: 'kitty', image: 31, frame: undefined, isOk: true } },
      { type: 'focus', isFocused: false },
      { type: 'focus', isFocused: true },
      { type: 'reply', reply: { type: 'background', color: '#123456' } },
      { type: 'reply', reply: { type: 'attributes', attributes: [62, 4] } },
      { type: 'reply', reply: { type: 'ready' } },
      { type: 'reply', reply: { type: 'keys' } },
    ])
  })

  it('passes keys, pastes and kitty keys unchanged', async () => {
    const terminal = new AskedTerminal([])
    const keys = '\x1b[A\x1bOP\x1b[1;5C\x1b[3~\x1b[200~pasted\x1b[201~\x1b[97;5u\x1bx\x1b\x1b[B'
    terminal.type(keys)
    assert.equal(await terminal.typed(keys.length), keys)
  })

  it('reports the wheel, with any modifiers and however it is cut; other buttons are ignored', async () => {
    const reports = 'a\x1b[<64;3;4M\x1b[<65;120;40M\x1b[<0;3;4M\x1b[<0;3;4m\x1b[<81;1;1Mb\x1b[<66;1;1Mc'
    for (let cut = 1; cut < reports.length; cut++) {
      const terminal = new AskedTerminal([])
      const turns: TerminalSignal[] = []
      terminal.input.subscribe(signal => turns.push(signal))
      terminal.type(reports.slice(0, cut))
      terminal.type(reports.slice(cut))
      assert.equal(await terminal.typed(3), 'abc')
      assert.deepEqual(
        turns.map(turn => (turn.type === 'wheel' ? turn.direction : turn)),
        ['up', 'down', 'down'],
      )
    }
  })

  it('passes Esc on, and Alt with the first character of an answer, when nothing follows', async () => {
    for (const key of ['\x1b', '\x1b]', '\x1bP', '\x1b_', '\x1b[']) {
      const terminal = new AskedTerminal([])
      terminal.type(key)
      assert.equal(await terminal.typed(key.length), key)
    }
  })

  it('reports a Ctrl-C while nobody reads keys', async () => {
    const terminal = new AskedTerminal(ANSWERS.xterm)
    terminal.type('\x03')
    await ask(terminal)
    assert.equal(terminal.interrupts, 1)
    terminal.type('x')
    assert.equal(await terminal.typed(1), 'x')
  })
})
