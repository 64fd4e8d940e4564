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
    json: 'write JSON, one object per line',
    max: 'people that it is for, 2 to 1000 (default 10)',
    share: 'if no server answers and one is started: open it to the network',
    gif: 'post a GIF instead',
    since: 'begin after this message instead of with the newest 50',
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
    'commander.unknownOption': what => `There is no flag ${what} here.`,
    'commander.unknownCommand': what => `There is no command ${what}.`,
    'commander.missingArgument': what => `Something is missing: ${what}.`,
    'commander.optionMissingArgument': what => `This flag needs a value: ${what}.`,
    'commander.excessArguments': what => `There is no command or place for this: ${what}.`,
  } as Readonly<Record<string, (what: string) => string>>,
  unknownShell: (shell: string) =>
    `${JSON.stringify(shell)} is no shell known here: write bash, zsh or fish.`,
}

export type UsageTexts = typeof usageTexts
