import type { Wanted } from '../settings/setting.ts'
import type { ServeWords } from './serve-words.en.ts'
import { settingHelp } from './setting-help.ko.ts'

function wantedWords(wanted: Wanted): string {
  switch (wanted.kind) {
    case 'whole':
      return wanted.most === undefined
        ? `${wanted.least} 이상의 정수`
        : `${wanted.least}부터 ${wanted.most}까지의 정수`
    case 'positive':
      return '0보다 큰 수'
    case 'oneOf':
      return `${wanted.values.join(', ')} 가운데 하나`
    case 'longer':
      return `${wanted.least}자 이상의 글`
    case 'mongodbAddress':
      return 'mongodb:// 또는 mongodb+srv://로 시작하는 주소'
    case 'mongodbDatabase':
      return '글자, 숫자, _, -로 된 38자까지의 이름'
    case 'redisAddress':
      return 'redis://호스트, redis-sentinel://호스트,호스트#이름, redis-cluster://호스트,호스트 가운데 하나 (TLS는 rediss)'
    case 'redisPrefix':
      return '글자, 숫자, _, -, :로 된 64자까지의 이름'
    case 'path':
      return '/chat처럼 "/"로 시작하고, "/" 사이에 글자, 숫자, . _ ~ -만 있는 경로'
    case 'text':
      return '비어 있지 않은 글'
    default:
      return wanted satisfies never
  }
}

/** What `gifchat serve` says in Korean. */
export const serveWords: ServeWords = {
  about: 'SIGINT나 SIGTERM을 받을 때까지 gifchat 서버를 엽니다.',
  examples: [
    ['gifchat serve', '8005번 포트, 데이터는 이 컴퓨터의 폴더에'],
    ['gifchat serve --detach', '백그라운드에서 실행. --status로 보고 --stop으로 끝냅니다'],
    ['gifchat serve --port 9000 --data ./rooms', '다른 포트와 다른 폴더'],
    ['MONGODB_URI=mongodb://db gifchat serve', 'MongoDB에'],
  ],
  titles: { examples: '보기:', 'Usage:': '사용법:', 'Options:': '옵션:' },
  helpOption: '이 도움말',
  lang: values => `말하는 언어: ${values.join(', ')} (GIFCHAT_LANG)`,
  json: '한 줄에 하나씩 JSON으로 쓰기',
  background: {
    detach: '--stop으로 끝낼 때까지 백그라운드에서 실행하기',
    status: '백그라운드에서 실행 중인 서버 보기',
    stop: '백그라운드에서 실행 중인 서버 끝내기. --port가 있으면 그 포트의 서버',
  },
  settings: settingHelp,
  mistakes: {
    'commander.unknownOption': what => `모르는 옵션입니다: ${what}`,
    'commander.optionMissingArgument': what => `값이 필요한 옵션입니다: ${what}`,
    'commander.excessArguments': what => `남는 인자가 있습니다: ${what}`,
  },
  hint: '(모든 옵션은 gifchat serve --help)',
  config: problem => {
    if (problem.kind === 'halfMongoLogin')
      return 'MONGO_ID와 MONGO_PASSWORD는 둘 다 정하거나 둘 다 정하지 않아야 합니다.'
    const { source, value, wanted } = problem
    const given =
      value === undefined ? `${source} 값을 쓸 수 없습니다` : `${source}에는 ${value} 값을 쓸 수 없습니다`
    return `${given}. 쓸 수 있는 값: ${wantedWords(wanted)}.`
  },
  serves: (url, store) => `${url} 주소에 gifchat 서버를 열었습니다 (${store} 저장소).`,
  stopHint: 'Ctrl-C로 끝냅니다.',
  forOthers: '같은 네트워크의 사람은 이렇게 들어옵니다:',
  portInUse: port =>
    `${port}번 포트를 다른 프로그램이 쓰고 있습니다. 그 프로그램을 끝내거나 --port로 다른 포트를 고르세요.`,
  portNotAllowed: port =>
    `이 사용자는 ${port}번 포트를 쓸 수 없습니다. --port로 1023보다 큰 포트를 고르세요.`,
  noSuchAddress: host => `이 컴퓨터에는 ${host} 주소가 없습니다. --host로 다른 주소를 고르세요.`,
  takenOver: '이 서버가 몇 초 동안 멈춰 있어서 다른 서버가 데이터베이스를 넘겨받았습니다.',
  threadEnded: code => `서버의 스레드가 ${code} 코드로 끝났습니다.`,
  dataDirectory: (problem, path, code) => {
    const elsewhere = '--data나 GIFCHAT_DATA로 다른 폴더를 고르세요.'
    switch (problem) {
      case 'inUse':
        return `다른 gifchat 서버가 ${path} 폴더를 쓰고 있습니다. 그 서버를 끝내거나, ${elsewhere}`
      case 'notADirectory':
        return `${path} 경로는 폴더가 아닙니다. 다른 곳으로 옮기거나, ${elsewhere}`
      case 'ofAnother':
        return `${path} 폴더는 다른 사용자의 것입니다. 소유자를 바꾸거나, ${elsewhere}`
      case 'notWritable':
        return `${path} 폴더에 쓸 수 없습니다. 권한을 주거나, ${elsewhere}`
      case 'notUsable':
        return `${path} 폴더에 데이터를 둘 수 없습니다 (${code}). ${elsewhere}`
      default:
        return problem satisfies never
    }
  },
}
