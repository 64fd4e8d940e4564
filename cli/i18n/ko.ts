import { OWN_MISTAKES } from '../../protocol/error-codes.ts'
import { LIMITS } from '../../protocol/limits.ts'
import { doctorTexts } from './doctor-texts.ko.ts'
import type { RefusalDetails, Texts } from './en.ts'
import { linearTexts } from './linear-texts.ko.ts'
import { durationInWords } from './numbers.ts'
import { withKoreanParticle } from './particles.ko.ts'
import { hostingTexts, problemTexts } from './problem-texts.ko.ts'
import { scriptTexts } from './script-texts.ko.ts'
import { settingTexts } from './setting-texts.ko.ts'
import { localDate, localTimeOfDay } from './times.ts'
import { helpTexts, usageTexts } from './usage-texts.ko.ts'

const names = (list: readonly string[], more: number): string =>
  more > 0
    ? `${list.map(name => `${name}님`).join(', ')} 외 ${more}명`
    : list.map(name => `${name}님`).join(', ')

const wait = ({ retryAfterMs }: RefusalDetails): string =>
  retryAfterMs === undefined ? '잠시 뒤에' : `${durationInWords('ko', retryAfterMs)} 뒤에`

/** Everything a person reads, in Korean. */
export const ko: Texts = {
  language: 'ko',
  problems: problemTexts,
  script: scriptTexts,
  settings: settingTexts,
  linear: linearTexts,
  doctor: doctorTexts,
  usage: usageTexts,
  refusals: {
    invalidRequest: ({ message }) => `서버가 받아들이지 않았습니다: ${message}`,
    unknownType: () => '서버가 모르는 요청입니다. 서버가 이 프로그램보다 오래되었을 수 있습니다.',
    unauthorized: () => '서버가 더 이상 알아보지 못합니다. 나갔다가 다시 들어오세요.',
    noSuchRoom: () => '그런 방이 없습니다. 마지막 사람이 나가면 방은 사라집니다.',
    passwordRequired: () => '비밀번호가 있는 방입니다.',
    wrongPassword: ({ retryAfterMs }) =>
      retryAfterMs === undefined
        ? '비밀번호가 틀렸습니다.'
        : `비밀번호가 틀렸습니다. ${durationInWords('ko', retryAfterMs)} 뒤에 다시 해 보세요.`,
    roomFull: () => '방이 꽉 찼습니다. 누군가 나갈 때까지 기다리거나 새 방을 여세요.',
    readOnly: () => '보기만 하는 연결이라 보낼 수 없습니다. --as로 사람이나 봇으로 들어오세요.',
    notInRoom: () => '이 방에서 나온 상태입니다. 나갔다가 다시 들어오세요.',
    tooManyRooms: () => '여기에서 열 수 있는 방을 모두 열었습니다. 먼저 한 방에서 나오세요.',
    tooManySeats: () => '한 사람이 들어갈 수 있는 방에 모두 들어와 있습니다. 먼저 한 방에서 나오세요.',
    rateLimited: details =>
      details.reason === OWN_MISTAKES
        ? `비밀번호를 여러 번 틀렸습니다. ${wait(details)} 다시 해 보세요.`
        : `너무 빠릅니다. ${wait(details)} 다시 해 보세요.`,
    noSuchGif: () => '서버에 이제 없는 GIF입니다.',
    invalidGif: ({ message }) => `GIF를 받을 수 없습니다: ${message}`,
    gifTooLarge: () => 'GIF가 이 서버가 받는 것보다 큽니다. 줄여서 다시 해 보세요.',
    roomGifsFull: () => '이 방에는 GIF를 더 둘 수 없습니다. 새 방에서 올려 주세요.',
    serverGifsFull: () => '서버에 GIF를 더 둘 수 없습니다. 다른 방들이 끝난 뒤에 다시 해 보세요.',
    unavailable: details => `지금은 서버가 할 수 없습니다. ${wait(details)} 다시 해 보세요.`,
    internal: () => '서버에 문제가 생겼습니다. 다시 해 보세요.',
  },
  unknownProblem: message => `문제가 생겼습니다: ${message}`,
  needsUtf8: codeset =>
    `gifchat에는 UTF-8 터미널이 필요한데 로캘은 ${codeset}입니다. 터미널이 UTF-8을 보여 주면 LC_ALL=ko_KR.UTF-8로 시작해 주세요.`,
  needsWindowSize:
    '터미널이 크기를 알려 주지 않습니다. "stty cols 80 rows 24"나 "COLUMNS=80 LINES=24"처럼 정해 주세요.',
  needsTerminal: command =>
    `"${command}" 명령은 터미널에서만 됩니다. 스크립트에서는 "gifchat rooms", "gifchat send", "gifchat tail"을 쓰세요.`,

  connection: {
    connecting: '연결하는 중…',
    open: '연결됨',
    waiting: ms => `연결이 끊겼습니다, ${durationInWords('ko', ms)} 뒤에 다시 연결`,
    queueing: ms => `처음 오는 사람이 많습니다, ${durationInWords('ko', ms)} 뒤에 다시 시도`,
    offline: '연결 끊김',
    retrying: '연결이 끊겼습니다, 다시 연결하는 중…',
    longGone:
      '2분 넘게 답이 없습니다. Ctrl-C 끝내기. 서버를 연 사람이 서버와 방을 끝냈을 수 있습니다. 연결은 계속 다시 해 봅니다.',
    closed: {
      left: '연결 종료',
      goodbye: '서버가 연결을 끝냈습니다. 끝내고 다시 시작해 보세요.',
      serverEnded:
        '서버를 연 사람이 서버를 끝내서 방과 대화가 모두 사라졌습니다. 끝내고 다시 시작하면 새로 열 수 있습니다.',
      flood: '너무 빨리 보내서 서버가 연결을 끊었습니다. 끝내고 잠시 뒤에 다시 해 보세요.',
      misunderstood: '서버가 이 프로그램을 이해하지 못합니다. 둘 중 하나를 업데이트해 주세요.',
      refused: '서버가 지금은 받아 주지 않습니다. 끝내고 잠시 뒤에 다시 해 보세요.',
      unreachable: '연결 종료',
      notGifchat: '그곳에 있는 것은 이 프로그램이 아는 gifchat 서버가 아닙니다. 끝내 주세요.',
    },
    restart: '서버가 내려갑니다. 다시 열리면 저절로 연결됩니다.',
  },

  you: '나',
  youAre: name => `나는 ${name}`,
  newIdentity: name =>
    `여기서는 ${name}입니다. 그 밖에는 아무것도 알려지지 않습니다.\n마지막 사람이 나가면 방과 그 안의 대화가 모두 사라집니다.`,
  replacedIdentity: name => `서버가 예전 신원을 모릅니다. 이제는 ${name}입니다.`,
  ownServer:
    '기본 주소에 서버가 없어 이 프로그램이 서버를 열었습니다.\n디스크에는 아무것도 남기지 않고, 끝내면 방과 함께 사라집니다.',
  hosting: hostingTexts,

  lobby: {
    title: '방 목록',
    count: (shown, all) => (shown === all ? `${all}개 열림` : `${all}개 중 ${shown}개`),
    columns: { title: '방', people: '인원', age: '열림', owner: '방장', id: '아이디' },
    isPrivate: '비공개',
    isPublic: '공개',
    loading: '방을 찾는 중…',
    empty: ['아직 아무도 없습니다.', 'n 키로 방을 열고, 함께할 사람에게 초대 명령을 보내세요.'],
    noMatch: filter => `"${filter}"에 맞는 방이 없습니다. Esc로 모두 보기.`,
    filter: '찾기: ',
    full: '방이 꽉 찼습니다. 누군가 나갈 때까지 기다리거나 n 키로 새 방을 여세요.',
    keys: '↑↓ 고르기 · Enter 들어가기 · n 새 방 · / 찾기 · ? 도움말 · q 끝내기',
    keysHosting: '↑↓ 고르기 · Enter 들어가기 · n 새 방 · s 공유 · / 찾기 · ? 도움말 · q 끝',
    keysShort: 'Enter 들어가기 · n 새 방 · ? 도움말',
    keysTiny: 'n 새 방 · ? 도움말',
    keysClosed: 'q 끝내기',
    filterKeys: '찾을 말 입력 · Enter 들어가기 · Esc 모두 보기',
    filterKeysTiny: 'Esc 모두',
    age: ms => (ms < 60_000 ? '방금' : `${durationInWords('ko', ms)} 전`),
    entering: title => `${title}에 들어가는 중…`,
    enteringLater: (title, ms) => `서버가 바쁩니다. ${durationInWords('ko', ms)} 뒤에 ${title}에 들어갑니다.`,
    enteringLocked: (title, ms) =>
      `전에 비밀번호를 틀렸습니다. ${durationInWords('ko', ms)} 뒤에 ${title}에 들어갑니다.`,
    enteringBack: 'Esc로 돌아가기.',
    creating: '방을 여는 중…',
    arrived: server => `이제 ${server} 서버에 있습니다.`,
  },

  create: {
    heading: '방 열기',
    title: '제목',
    max: '최대 인원',
    password: '비밀번호',
    noPassword: '없음: 누구나 들어올 수 있습니다',
    titleEmpty: '제목이 필요합니다.',
    titleTooLong: `제목은 ${LIMITS.titleLength}자까지입니다.`,
    maxInvalid: `${LIMITS.roomMaxLowest}부터 ${LIMITS.roomMaxHighest}까지의 수를 쓰세요.`,
    passwordTooLong: `비밀번호는 ${LIMITS.passwordLength}자까지입니다.`,
    explanation: '마지막 사람이 나가면 방과 대화와 GIF가 모두 사라집니다.',
    keys: 'Enter 열기 · Tab 다음 칸 · Ctrl-T 비밀번호 보기 · Esc 뒤로',
    keysShort: 'Enter 열기 · Tab 다음 · Esc 뒤로',
  },

  password: {
    heading: title => `"${title}" 방은 비공개입니다`,
    label: '비밀번호',
    empty: '받은 비밀번호를 입력하세요.',
    checking: '확인하는 중…',
    wrong: '비밀번호가 틀렸습니다. 다시 입력하세요.',
    locked: '앞서 비밀번호를 틀려서, 이 비밀번호는 잠시 뒤에 확인합니다.',
    wait: ms => `${durationInWords('ko', ms)} 뒤에 다시 해 볼 수 있습니다.`,
    keys: 'Enter 들어가기 · Ctrl-T 보기 · Esc 뒤로',
  },

  chat: {
    people: (now, max) => `${now}/${max}명`,
    cameIn: (list, more) => `${withKoreanParticle(names(list, more), '이/가')} 입장하셨습니다.`,
    left: (list, more) => `${withKoreanParticle(names(list, more), '이/가')} 퇴장하셨습니다.`,
    day: at => localDate('ko', at),
    time: at => localTimeOfDay('ko', at),
    typing: list => `${withKoreanParticle(names(list, 0), '이/가')} 쓰는 중…`,
    severalTyping: '여러 사람이 쓰는 중…',
    waits: {
      slow: '아직 보내는 중…',
      connection: '연결되기를 기다리는 중',
      cannotStore: '기다리는 중: 서버가 지금은 아무것도 저장할 수 없습니다. 저장할 수 있게 되면 보냅니다',
      tooFast: '기다리는 중: 서버가 한 번에 받는 양보다 많습니다',
      unavailable: '기다리는 중: 서버가 지금은 메시지를 받지 않습니다',
    },
    uploading: percent => `${percent}%`,
    failed: why => `보내지 못함: ${why}`,
    failedKeys: 'Ctrl-R 다시 보내기 · Ctrl-X 그만두기',
    uploadKeys: 'Esc 취소',
    uploadCancelled: name => `올리기를 취소했습니다: ${name}`,
    unread: (count, forMe) =>
      forMe === 0 ? `새 메시지 ${count}개 ↓` : `새 메시지 ${count}개, 나에게 ${forMe}개 ↓`,
    newFromHere: '여기부터 새 메시지',
    older: '지난 메시지, Esc로 돌아가기 ↓',
    loadingOlder: '지난 메시지를 불러오는 중…',
    gifLoading: '불러오는 중',
    gifPaused: '멈춤',
    gifBroken: why => `보여 줄 수 없음: ${why}`,
    placeholder: '메시지를 쓰세요. 도움말은 /help',
    draftBehind: '↑로 쓰던 글 다시 쓰기',
    tooLong: length => `${length}/${LIMITS.textLength}`,
    askParts: (length, parts) =>
      `${length.toLocaleString('ko')}자이고, 메시지는 ${LIMITS.textLength.toLocaleString('ko')}자까지입니다. Enter로 ${parts}개로 나눠 보내기 · Esc로 계속 쓰기`,
    pasteTooLong: (length, most) =>
      `붙여 넣은 글이 ${length.toLocaleString('ko')}자입니다. 여기에는 ${most.toLocaleString('ko')}자까지라서 넣지 않았습니다.`,
    askLongPaste: rows => `${rows}줄이라 창보다 깁니다. Enter로 보내기 · Esc로 계속 쓰기`,
    copied: '복사했습니다. 터미널이 허락하지 않으면 안 될 수 있습니다.',
    cleared: '한 번 더 Ctrl-C로 나가서 끝내기 · Ctrl-Y로 글 되살리기',
    textEmpty: '보이는 글자가 없는 메시지입니다.',
    gifNeedsPath: '어떤 파일인가요? 예: /gif ./party.gif',
    saveNeedsPath: '어느 파일에 저장할까요? /save ./party.gif',
    noGif: '아직 GIF가 없습니다.',
    gifSaved: path => `GIF를 저장했습니다: ${path}`,
    gifOpening: 'GIF를 여는 중…',
    saveOffer: 'Enter로 이 이름의 새 파일에 저장 · Esc로 지우기',
    gifOffer: count => `Enter로 이 GIF ${count === 1 ? '' : `${count}개 `}올리기 · Esc로 지우기`,
    unknownCommand: name =>
      `/${name} 명령은 없습니다. /help를 보세요. ${withKoreanParticle(`//${name}`, '으로/로')} 쓰면 글로 보냅니다.`,
    commandAlone: name =>
      `/${name} 뒤에는 아무것도 쓸 수 없어서 하지 않았습니다. ${withKoreanParticle(`//${name}`, '으로/로')} 쓰면 글로 보냅니다.`,
    nothingFailed: '다시 보낼 메시지가 없습니다.',
    gone: title => `${title}에서 나왔습니다.`,
    lost: (title, why) => `${title}에서 나오게 되었습니다. ${why}`,
    invite: '이 명령을 보내 초대하세요:',
    welcome: '마지막 사람이 나가면 방과 대화가 모두 사라집니다.',
    missing: '여기에 빠진 메시지가 있습니다. 보관할 수 있는 양보다 많았습니다.',
    who: count => `${count}명이 있습니다:`,
    more: count => `외 ${count}명`,
    owner: '방장',
    roles: { bot: '봇', observer: '관찰자' },
    keys: 'Enter 보내기 · Alt-Enter 줄바꿈 · PgUp PgDn 스크롤 · Ctrl-D 방 목록 · /help',
    keysShort: 'Enter 보내기 · /help',
  },

  selection: {
    choose: '↑↓ 고르기',
    pause: 'Space 멈추기',
    play: 'Space 움직이기',
    save: 's 저장',
    open: 'o 열기',
    copy: 'c 복사',
    noText: '글이 없는 메시지입니다.',
    back: 'Esc 돌아가기',
    noGif: 'GIF가 아닌 메시지입니다.',
  },

  reply: {
    key: 'r 답장',
    answeredKey: 'g 원래 메시지',
    takeBack: 'Esc 답장 취소',
    unknown: '지난 메시지',
    nothing: '아직 다른 사람이 쓴 메시지가 없습니다.',
    answersNothing: '답장이 아닌 메시지입니다.',
  },

  find: {
    seeking: looked =>
      looked === undefined
        ? '찾는 중… 아무 키로 멈추기'
        : `${looked.toLocaleString('ko')}개를 살펴봄… 아무 키로 멈추기`,
    gone: '그 메시지는 이제 보관되어 있지 않습니다.',
    noWord: word => `더 위에는 "${word}"가 든 메시지가 없습니다.`,
    nothingSince: '그날부터는 아무 말도 없었습니다.',
    nothingThatDay: '그날에는 아무 말도 없었습니다. 그다음 메시지입니다.',
    needsWord: '무엇을 찾을까요? /find 낱말, 또는 날짜: /find 2026-11-24, /find 어제',
  },

  completion: {
    keys: 'Tab 넣기 · ↑↓ 고르기 · Esc 닫기',
    enterKeys: 'Enter 넣기 · ↑↓ 고르기 · Esc 닫기',
    directory: '디렉터리',
    tooLarge: (size, most) => `${size}, ${most} 넘음`,
  },

  commands: {
    gif: { usage: '/gif <파일>', about: 'GIF 파일 올리기. 이 창에 파일을 놓아도 됩니다' },
    reply: { usage: '/reply <글>', about: '다른 사람의 최근 메시지에 답장' },
    save: { usage: '/save <파일>', about: '고른 GIF나 최근 GIF를 새 파일에 저장' },
    find: { usage: '/find <말이나 날짜>', about: '그 말이 든 최근 메시지로. 또 쓰면 그 전으로' },
    open: { usage: '/open', about: '고른 GIF나 최근 GIF를 다른 프로그램으로 보기' },
    who: { usage: '/who', about: '이 방에 있는 사람' },
    invite: { usage: '/invite', about: '초대할 사람에게 보낼 명령을 보이고 복사하기' },
    share: { usage: '/share', about: '이 프로그램이 연 서버를 네트워크에 열기' },
    leave: { usage: '/leave', about: '방 목록으로 돌아가기' },
    help: { usage: '/help', about: '이 도움말' },
    detach: { usage: '/detach', about: '이 프로그램이 연 서버는 백그라운드에 남겨 두고 끝내기' },
    quit: { usage: '/quit', about: '나가서 끝내기' },
  },

  help: helpTexts,
}
