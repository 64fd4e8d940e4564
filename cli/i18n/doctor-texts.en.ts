/** Each kind of graphics that there is. */
const levels = {
  kitty: 'images in the text, which the terminal plays',
  'kitty-frames': 'images in the text, frame by frame',
  iterm2: 'the file, which the terminal plays',
  sixel: 'sixel images, one picture at a time',
  truecolor: 'half blocks in 16 million colours',
  256: 'half blocks in 256 colours',
  16: 'half blocks in 16 colours',
  text: 'a line of text in place of each GIF',
}

/** What `gifchat doctor` says. */
export const doctorTexts = {
  picture: 'This picture should move. Any key goes on.',
  labels: {
    terminal: 'terminal',
    asked: 'asked',
    graphics: 'pictures',
    server: 'server',
    route: 'way there',
    identity: 'identity',
    versions: 'versions',
  },
  levels,
  noTerminal: 'standard input and output are no terminal, so none was asked',
  notAsked: 'which would print questions, so that none were asked',
  silent: 'did not answer within a second',
  answered: (milliseconds: number) => `answered in ${milliseconds} ms`,
  /** What the terminal is asked. */
  questions: {
    name: 'name',
    images: "kitty's images",
    animation: 'playing them',
    sixel: 'sixel',
    cell: 'pixels of a cell',
    frames: 'whole frames at once',
    emoji: 'emoji as wide as they are',
    background: 'background',
    attributes: 'attributes',
  },
  /** Kinds of emoji that some terminals draw wrongly. */
  emoji: {
    kinds: { tone: 'skin tones', variant: 'hearts and the like', joined: 'joined people', flag: 'flags' },
    simpler: (kinds: readonly string[]) => `not all, so these are simpler: ${kinds.join(', ')}`,
  },
  yes: 'yes',
  no: 'no',
  unanswered: 'no answer',
  multiplexed: 'behind a multiplexer',
  chosen: 'as chosen by --graphics or GIFCHAT_GRAPHICS',
  serverAnswers: (address: string, milliseconds: number) => `${address} answers in ${milliseconds} ms`,
  serverSilent: (address: string) => `${address} does not answer`,
  routeDirect: 'without a proxy',
  routeThrough: (proxy: string, variable: string) => `through ${proxy}, as ${variable} says`,
  tokenHere: (path: string) => `kept in ${path}`,
  tokenAbsent: (path: string) => `none yet; it will be kept in ${path}`,
  advice: {
    silent: 'Over a slow line that may happen; choose with --graphics what your terminal shows.',
    multiplexed:
      'Outside of tmux, screen or zellij the terminal may show real pictures. In kitty and Ghostty so may tmux, with "set -g allow-passthrough on".',
    oldKitty: 'kitty shows real pictures here from version 0.28 on.',
    text: 'Unset NO_COLOR, set TERM to what the terminal is, or choose with --graphics.',
    fewColors: 'If the terminal has more colours, set COLORTERM=truecolor.',
    server: 'Start one with "gifchat serve", or name another with --server.',
    tokenUnreadable: (path: string) =>
      `Make ${path} readable for yourself, or name another file with --token-file.`,
    tokenDamaged: (path: string) =>
      `${path} is damaged: the next start puts it aside and you are somebody new.`,
    tokenOpen: (path: string) => `Others can read ${path}: chmod 600 it.`,
  },
}

export type DoctorTexts = typeof doctorTexts
