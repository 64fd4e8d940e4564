import { OWN_MISTAKES } from '../../protocol/error-codes.ts'
import { durationInWords } from './numbers.ts'
import type { Refusal, ScriptTexts } from './script-texts.en.ts'

const wait = ({ retryAfterMs }: Refusal): string =>
  retryAfterMs === undefined ? '잠시 뒤에' : `${durationInWords('ko', retryAfterMs)} 뒤에`

const messages = (waiting: number): string =>
  waiting > 1_000 ? '1,000개가 넘는 메시지가 기다립니다.' : `메시지 ${waiting}개가 기다립니다.`

/** What the script commands say, in Korean. */
export const scriptTexts: ScriptTexts = {
  refusals: {
    noSuchRoom: () =>
      '그런 방이 없습니다. 있는 방은 "gifchat rooms"로 볼 수 있습니다. 마지막 사람이 나가면 방은 사라집니다.',
    passwordRequired: () => '비밀번호가 있는 방입니다. --password 또는 GIFCHAT_PASSWORD로 알려 주세요.',
    wrongPassword: refusal => `이 방의 비밀번호가 아닙니다. ${wait(refusal)} 다시 해 보세요.`,
    roomFull: () => '방이 꽉 찼습니다. 누군가 나간 뒤에 다시 해 보세요.',
    rateLimited: refusal =>
      refusal.reason === OWN_MISTAKES
        ? `이 방의 비밀번호를 여러 번 틀렸습니다. ${wait(refusal)} 다시 해 보세요.`
        : `이 서버에는 너무 빠릅니다. ${wait(refusal)} 다시 해 보세요.`,
  },
  noPlace: {
    tooManyBots: '이 방에는 봇이 더 들어올 수 없습니다. 나중에 다시 하거나 --as person으로 들어오세요.',
    tooManyObservers:
      '이 방에는 관찰자가 더 들어올 수 없습니다. 나중에 다시 하거나 --as person으로 들어오세요.',
  },
  closed: {
    goodbye: '서버가 연결을 끝냈습니다. 잠시 뒤에 다시 해 보세요.',
    serverEnded: '서버를 연 사람이 서버를 끝내서 방이 모두 사라졌습니다.',
    flood: '너무 빨리 보내서 서버가 연결을 끊었습니다. 잠시 뒤에 다시 해 보세요.',
    refused: '서버가 지금은 받아 주지 않습니다. 잠시 뒤에 다시 해 보세요.',
  },
  unexpected: what => `예상하지 못한 문제가 생겼습니다: ${what}`,

  identityReplaced: '서버가 예전 신원을 몰라서 새 신원을 받았습니다.',

  waitsForServer: server => `${server} 서버의 응답을 기다립니다…`,
  connectionLost: '연결이 끊겼습니다. 다시 연결하는 중…',
  queueing: '같은 네트워크에서 이 서버에 처음 오는 사람이 많습니다. 차례가 되면 들어갑니다…',
  connectionBack: '다시 연결되었습니다.',
  serverRestart: '서버가 다시 시작합니다. 돌아오면 다시 연결합니다…',

  uploadDelayed: why => `${why} 다시 해 보는 중…`,

  sendNeedsOne: '보낼 것을 알려 주세요: 글, --gif와 파일 경로, 또는 표준 입력을 뜻하는 -',
  sendOnlyOne: '글, GIF, 표준 입력 가운데 하나만 보낼 수 있습니다.',
  lineRefused: line => `${line}번째 줄부터는 보내지 않았습니다.`,
  fitSendsSmaller: '--fit을 쓰면 줄인 GIF를 대신 보냅니다.',
  longLines: {
    split: line =>
      `${line}번째 줄이 메시지보다 깁니다. 이런 줄은 나누어 보냅니다. --long-lines cut을 쓰면 앞부분만 보냅니다.`,
    cut: line => `${line}번째 줄이 메시지보다 깁니다. 이런 줄은 앞부분만 보냅니다.`,
  },
  delays: {
    slow: waiting => `서버가 받는 속도보다 빠릅니다. ${messages(waiting)} 모두 차례대로 보냅니다.`,
    cannotStore: waiting => `지금은 서버가 메시지를 저장하지 못합니다. ${messages(waiting)}`,
    away: waiting => `지금은 서버에 연결할 수 없습니다. ${messages(waiting)}`,
    silent: waiting => `서버가 2초 동안 답하지 않았습니다. ${messages(waiting)}`,
    over: '다시 보내고 있습니다.',
  },
  sendStopped: '다 보내기 전에 멈췄습니다.',
  noDebugFile: (variable, path) =>
    `${variable}에 쓴 ${path} 파일에 쓸 수 없습니다. 쓸 수 있는 곳의 파일을 알려 주세요.`,
  badAuthorities: path =>
    `--ca에는 PEM 인증서 파일을 써야 합니다. ${path} 파일은 그렇게 읽을 수 없습니다. 경로를 확인해 주세요.`,
  badSince: text => `--since에는 메시지 번호를 써야 합니다. ${JSON.stringify(text)} 값은 번호가 아닙니다.`,

  wireLine: '보내지 않았습니다. JSON을 쓰거나 chat.join room=k3mw9x2a처럼 종류와 필드를 쓰세요.',
  wireClosed: (code, name) => `서버가 연결을 닫았습니다: ${code} (${name})`,

  joined: people => `→ ${people} 입장`,
  left: people => `← ${people} 퇴장`,
  missing: '여기에 빠진 메시지가 있습니다. 보관할 수 있는 양보다 많았습니다.',
}
