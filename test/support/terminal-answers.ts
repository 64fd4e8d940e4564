import type { Answers } from './asked-terminal.ts'

const KITTY_OK = ['a=q', '\x1b_Gi=31;OK\x1b\\'] as const
const CAN_ANIMATE = ['a=f', '\x1b_Gi=31,r=2;OK\x1b\\'] as const
const HAS_2026 = ['?2026$p', '\x1b[?2026;2$y'] as const
const NO_2026 = ['?2026$p', '\x1b[?2026;0$y'] as const
const HAS_2004 = ['?2004$p', '\x1b[?2004;2$y'] as const
const HAS_KEYS = ['[?u', '\x1b[?0u'] as const
const WHITE = [']11;?', '\x1b]11;rgb:ffff/ffff/ffff\x1b\\'] as const
const BLACK = [']11;?', '\x1b]11;rgb:0000/0000/0000\x1b\\'] as const

const version = (answer: string) => ['>q', `\x1bP>|${answer}\x1b\\`] as const
const attributes = (answer: string) => ['[c', `\x1b[?${answer}c`] as const

/** The widths of four emoji: with a skin tone, a variant, a joined one and a flag. */
const widths = (...cells: readonly number[]) => cells.map(width => ['[6n', `\x1b[7;${1 + width}R`] as const)

/**
 * Recorded from kitty, xterm, mlterm, Konsole and tmux. The answers of the others are from their
 * sources and issues.
 */
export const ANSWERS = {
  kitty: [
    KITTY_OK,
    version('kitty(0.41.1)'),
    ['[16t', '\x1b[6;15;6t'],
    ['[14t', '\x1b[4;600;600t'],
    HAS_2026,
    HAS_2004,
    HAS_KEYS,
    BLACK,
    attributes('62;'),
    CAN_ANIMATE,
  ],
  oldKitty: [
    KITTY_OK,
    version('kitty(0.26.5)'),
    ['[16t', '\x1b[6;20;9t'],
    ['[14t', '\x1b[4;400;639t'],
    HAS_2026,
    BLACK,
    attributes('62;'),
    CAN_ANIMATE,
  ],
  xterm: [
    version('XTerm(379)'),
    ['?2;1;0S', '\x1b[?2;3S'],
    ['?2;4;0S', '\x1b[?2;3S'],
    NO_2026,
    HAS_2004,
    WHITE,
    ...widths(2, 2, 2, 2),
    attributes('64;1;2;6;9;15;16;17;18;21;22;28'),
  ],
  xtermVt340: [
    version('XTerm(379)'),
    ['?2;1;0S', '\x1b[?2;0;600;520S'],
    ['?2;4;0S', '\x1b[?2;0;1000;1000S'],
    NO_2026,
    WHITE,
    attributes('63;1;2;4;6;9;15;16;22;28'),
  ],
  mlterm: [
    ['[16t', '\x1b[6;22;10t'],
    ['[14t', '\x1b[4;880;1000t'],
    NO_2026,
    WHITE,
    attributes('63;1;2;3;4;6;7;15;18;22;29'),
  ],
  konsole: [
    KITTY_OK,
    version('Konsole 22.12.3'),
    ['[16t', '\x1b[6;17;8t'],
    ['[14t', '\x1b[4;476;880t'],
    [']11;?', '\x1b]11;rgb:2323/2626/2727\x1b\\'],
    ...widths(2, 1, 2, 2),
    attributes('62;1;4'),
  ],
  tmux: [version('tmux 3.3a'), ...widths(4, 1, 2, 2), attributes('1;2')],
  wezterm: [
    KITTY_OK,
    version('WezTerm 20240203-110809-5046fc22'),
    ['[16t', '\x1b[6;18;8t'],
    ['[14t', '\x1b[4;720;800t'],
    HAS_2026,
    BLACK,
    attributes('65;4;6;18;22'),
  ],
  ghostty131: [
    KITTY_OK,
    version('ghostty 1.3.1'),
    ['[16t', '\x1b[6;34;16t'],
    HAS_2026,
    BLACK,
    attributes('62;22'),
    ['a=f', '\x1b_Gi=31;ERROR: unimplemented action\x1b\\'],
  ],
  ghosttyNewer: [
    KITTY_OK,
    version('ghostty 1.4.0'),
    ['[16t', '\x1b[6;34;16t'],
    HAS_2026,
    BLACK,
    attributes('62;22'),
    CAN_ANIMATE,
  ],
  iterm2: [
    version('iTerm2 3.5.14'),
    ['[16t', '\x1b[6;16;8t'],
    ['[14t', '\x1b[4;640;800t'],
    HAS_2026,
    [']11;?', '\x1b]11;rgb:1414/1616/1b1b\x07'],
    attributes('62;4'),
  ],
  vscode: [
    version('xterm.js(5.6.0-beta.119)'),
    ['[16t', '\x1b[6;17;8t'],
    ['[14t', '\x1b[4;680;800t'],
    HAS_2026,
    [']11;?', '\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\'],
    attributes('62;4;9;22'),
  ],
  silent: [],
} as const satisfies Readonly<Record<string, Answers>>
