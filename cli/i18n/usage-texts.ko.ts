import type { UsageTexts } from './usage-texts.en.ts'

/** What `--help` and the completions say of commands, in Korean. */
export const usageTexts: UsageTexts = {
  about: '터미널에서 쓰는 일회용 채팅방. GIF도 움직입니다. 명령 없이 실행하면 방 목록이 나옵니다.',
  commands: {
    serve: '8005번 포트에 서버 열기. 설정은 "gifchat serve --help"',
    rooms: '방 목록: 터미널에서는 실시간, 파이프나 --json에서는 방마다 한 줄',
    create: '방을 열고 들어가기',
    join: '방에 들어가기',
    send: '스크립트용: 방에 메시지 보내기. 서버가 저장하면 끝납니다',
    tail: '스크립트용: 방에서 오가는 말을 멈출 때까지 출력하기',
    whoami: '서버에서 쓰는 내 색과 아이디 보기',
    doctor: '터미널과 서버가 무엇을 할 수 있는지, 문제가 있으면 어떻게 할지 알아보기',
    completion: '셸이 명령, 옵션, 방을 자동 완성하도록 하는 스크립트 출력하기',
  },
  arguments: {
    title: '60자까지. 쓰지 않으면 읽기 쉬운 제목을 지어 줍니다',
    room: '방 아이디, 또는 방에서 보여 주는 초대 주소',
    text: '보낼 말. -를 쓰면 표준 입력에서 한 줄에 한 메시지씩 읽습니다',
    shell: 'bash, zsh, fish 가운데 하나',
  },
  options: {
    server: 'ws://host:port 또는 wss://host',
    password: '방 비밀번호',
    tokenFile: '내 신분을 저장할 파일',
    json: '한 줄에 하나씩 JSON으로 출력하기',
    max: '최대 인원, 2에서 1000까지 (기본값 10)',
    gif: '글 대신 GIF 올리기',
    since: '최근 50개 대신 이 번호 다음 메시지부터 시작하기',
    new: '새 사람 되기',
    version: '버전 출력하기',
    help: '이 도움말',
  },
  examples: '보기:',
  hint: '(--help에 모든 명령과 보기가 있습니다)',
  default: value => `기본값 ${value}`,
  titles: { 'Usage:': '사용법:', 'Arguments:': '인자:', 'Options:': '옵션:', 'Commands:': '명령:' },
  mistakes: {
    'commander.unknownOption': what => `모르는 옵션입니다: ${what}`,
    'commander.unknownCommand': what => `모르는 명령입니다: ${what}`,
    'commander.missingArgument': what => `빠진 인자가 있습니다: ${what}`,
    'commander.optionMissingArgument': what => `값이 필요한 옵션입니다: ${what}`,
    'commander.excessArguments': what => `그런 명령이나 자리가 없습니다: ${what}`,
  },
  unknownShell: shell => `${JSON.stringify(shell)} 셸은 모릅니다. bash, zsh, fish 가운데 하나를 쓰세요.`,
}
