/** Texts of `--help` and the completions, and sentences for mistakes in the command line. */
export const usageTexts = {
  about:
    'Throwaway chat rooms for the terminal, with GIFs that play there. Without a command: the list of rooms.',
  commands: {
    serve: 'run a server on port 8005; "gifchat serve --help" lists its settings',
    rooms: 'list the rooms: live in a terminal, a line per room in a pipe or with --json',
    create: 'open a room and enter it',
    join: 'enter a room',
    send: 'for scripts: post to a room, done when the server has stored it',
    tail: 'for scripts: print what is said in a room until stopped',
    whoami: 'show your colour and id on a server',
    doctor: 'ask the terminal and the server what they can, with what to do about each problem',
    wire: 'for developers: type frames by hand over one connection, and see the answers',
    completion: 'print what teaches a shell to complete commands, flags and rooms',
  },
  arguments: {
    title: 'at most 60 characters; a readable one is made when it is left out',
    room: 'its id, or the line that a room shows to be handed on',
    text: 'what to say; - reads standard input, a message per line',
    server: 'ws://host:port or wss://host/path, in place of --server',
    shell: 'bash, zsh or fish',
  },
  options: {
    server: 'ws://host:port or wss://host/path',
    password: "the room's password",
    tokenFile: 'where your identity is kept',
    ca: 'file of certificates (PEM) to trust beside those of the system',
    json: 'write JSON, one object per line',
    max: 'people that it is for, 2 to 1000 (default 10)',
    share: 'if no server answers and one is started: open it to the network',
    hold: 'print the room and stay in it until stopped, without a screen',
    gif: 'post a GIF instead',
    fit: 'make the GIF smaller if the server would refuse it',
    longLines: 'what becomes of a line that is longer than a message: split (the default) or cut',
    since: 'begin after this message instead of with the newest 50',
    sendAs: 'bot or person; a bot takes no seat, and nobody is told that it came (default bot)',
    tailAs: 'observer, bot or person; an observer takes no seat and only reads (default observer)',
    new: 'become somebody else',
    hello: 'say hello first, as who you are on the server',
    noHello: 'leave the hello to you, and show tokens',
    version: 'print the version',
    help: 'this help',
  },
  examples: 'Examples:',
  hint: '(--help shows what there is, with examples)',
  default: (value: string) => `default ${value}`,
  /** Commander's own titles in this language. */
  titles: {
    'Usage:': 'Usage:',
    'Arguments:': 'Arguments:',
    'Options:': 'Options:',
    'Commands:': 'Commands:',
  } as Readonly<Record<string, string>>,
  /** By commander's error code. `what` is the wrong part of the command line. */
  mistakes: {
    'commander.unknownOption': what =>
      `There is no flag ${what} here. If it is not meant as one, write -- before it, as in: send ID -- "-1 point"`,
    'commander.unknownCommand': what => `There is no command ${what}.`,
    'commander.missingArgument': what => `Something is missing: ${what}.`,
    'commander.optionMissingArgument': what => `This flag needs a value: ${what}.`,
    'commander.excessArguments': what =>
      `More than there is a place for: ${what}. Put a text of several words in quotes, and -- before one that begins with a dash, as in: send ID -- "-1 point"`,
  } as Readonly<Record<string, (what: string) => string>>,
  didYouMean: (command: string) => `Did you mean ${command}?`,
  outputFull: "Standard output can't be written: the disk is full.",
  outputFailed: (why: string) => `Standard output can't be written: ${why}.`,
  unknownShell: (shell: string) =>
    `${JSON.stringify(shell)} is no shell known here: write bash, zsh or fish.`,
}

export type UsageTexts = typeof usageTexts

/** The keys, as the help lists them. */
export const helpTexts = {
  heading: 'Keys',
  inRoom: 'In a room',
  close: 'any key closes this',
  scroll: '↑↓ scroll · Esc closes',
  /** Shown when only `?` was typed. */
  offer: 'Tab shows the keys · Enter sends it',
  more: 'In a room, /help shows its keys.',
  lobby: [
    ['↑ ↓  j k', 'choose a room'],
    ['Enter', 'join it'],
    ['n', 'open a new room'],
    ['/ or a word', 'filter by title'],
    ['s', 'open the server that this program runs to your network'],
    ['PgUp PgDn', 'a page up or down'],
    ['Ctrl-Z', 'to the shell; fg returns'],
    ['q  Ctrl-C', 'quit'],
  ],
  chat: [
    ['Enter  Alt-Enter', 'send; new line, also Shift-Enter, Ctrl-J, \\ and Enter'],
    ['Tab', 'take from the list that / @ : and a path open'],
    ['PgUp PgDn', 'scroll; Home, End: the first message, the newest'],
    ['↑ ↓', 'what you sent before; ↓ puts a draft by'],
    ['Ctrl-A E W U K Y', 'move and cut as in a shell; Alt-B F D by words'],
    ['Alt-Z Alt-Shift-Z', 'undo and redo; also Ctrl-_'],
    ['Alt-↑ Alt-↓', 'choose a message: to reply, copy it, or for its GIF'],
    ['Esc', 'cancel an upload, or back to the end'],
    ['Alt-P', 'the people here, beside the conversation'],
    ['Ctrl-R Ctrl-X', 'send a failed message again, give it up'],
    ['Ctrl-D', 'back to the list of rooms, when nothing is typed'],
    ['Ctrl-C', 'clear what is typed; else leave and quit'],
  ],
}

export type HelpTexts = typeof helpTexts
