import { BACKGROUND_FLAGS } from '../background-texts.ts'
import type { Config, ConfigProblem } from '../config.ts'
import type { Wanted } from '../settings/setting.ts'
import type { DataDirectoryProblem } from '../store/embedded/data-directory-error.ts'

/** The sentence for a value that is not what it should be. */
function wantedWords(wanted: Wanted): string {
  switch (wanted.kind) {
    case 'whole':
      return wanted.most === undefined
        ? `a whole number of at least ${wanted.least}`
        : `a whole number from ${wanted.least} to ${wanted.most}`
    case 'positive':
      return 'a number above 0'
    case 'oneOf':
      return new Intl.ListFormat('en', { type: 'disjunction' }).format(wanted.values)
    case 'longer':
      return `at least ${wanted.least} characters`
    case 'mongodbAddress':
      return 'an address that begins with mongodb:// or mongodb+srv://'
    case 'mongodbDatabase':
      return 'at most 38 letters, digits, _ and -'
    case 'redisAddress':
      return 'redis://host, redis-sentinel://host,host#name or redis-cluster://host,host, with rediss for TLS'
    case 'redisPrefix':
      return 'at most 64 letters, digits, _, - and :'
    case 'path':
      return 'a path that begins with "/", as in /chat, and has letters, digits and . _ ~ - between each "/"'
    case 'text':
      return 'a text that is not empty'
    default:
      return wanted satisfies never
  }
}

/** What `gifchat serve` says, except for its log. */
export const serveWords = {
  about: 'Runs a gifchat server until it gets SIGINT or SIGTERM.',
  examples: [
    ['gifchat serve', 'on port 8005, with its data in a local directory'],
    ['gifchat serve --detach', 'the same in the background; --status shows it, --stop ends it'],
    ['gifchat serve --port 9000 --data ./rooms', 'elsewhere'],
    ['MONGODB_URI=mongodb://db gifchat serve', 'with MongoDB'],
  ] as readonly (readonly [command: string, about: string])[],
  titles: { examples: 'Examples:', 'Usage:': 'Usage:', 'Options:': 'Options:' } as Readonly<
    Record<string, string>
  >,
  helpOption: 'this help',
  lang: (values: readonly string[]) => `language of what it says: ${values.join(', ')} (GIFCHAT_LANG)`,
  json: 'write JSON, one object per line',
  background: BACKGROUND_FLAGS as Readonly<Record<keyof typeof BACKGROUND_FLAGS, string>>,
  /** What each setting does. Those left out are described in the setting itself. */
  settings: {} as Readonly<Partial<Record<keyof Config, string>>>,
  /** By commander's error code. */
  mistakes: {
    'commander.unknownOption': what => `There is no flag ${what} here.`,
    'commander.optionMissingArgument': what => `This flag needs a value: ${what}.`,
    'commander.excessArguments': what => `There is nothing that this could be: ${what}.`,
  } as Readonly<Record<string, (what: string) => string>>,
  hint: '(gifchat serve --help lists all flags)',
  config: (problem: ConfigProblem): string => {
    if (problem.kind === 'halfMongoLogin')
      return 'MONGO_ID and MONGO_PASSWORD go together: set both, or neither.'
    const { source, value, wanted } = problem
    const given =
      value === undefined ? `The value of ${source} is not allowed` : `${source} can't be ${value}`
    return `${given}: it has to be ${wantedWords(wanted)}.`
  },
  serves: (url: string, store: string) => `gifchat serves at ${url} (${store} store).`,
  /** Said after `serves`. */
  stopHint: 'Ctrl-C stops it.',
  forOthers: 'People on the same network run:',
  portInUse: (port: number) =>
    `port ${port} is in use: stop the program that has it, or choose another with --port`,
  portNotAllowed: (port: number) =>
    `port ${port} is not allowed for this user: choose one above 1023 with --port`,
  noSuchAddress: (host: string) => `this machine has no address ${host}: choose another with --host`,
  takenOver: 'another server has taken the database over, since this one stood still for some seconds',
  threadEnded: (code: number) => `its thread ended with ${code}`,
  /** Undefined where the error's own sentence will do. */
  dataDirectory: undefined as
    | ((problem: DataDirectoryProblem, path: string, code: string) => string)
    | undefined,
}

export type ServeWords = typeof serveWords
