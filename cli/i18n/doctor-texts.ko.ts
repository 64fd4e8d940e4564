import type { DoctorTexts } from './doctor-texts.en.ts'

/** What `gifchat doctor` says, in Korean. */
export const doctorTexts: DoctorTexts = {
  picture: '이 그림이 움직여야 합니다. 아무 키나 누르면 계속합니다.',
  labels: { terminal: '터미널', graphics: '그림', server: '서버', identity: '신분', versions: '버전' },
  levels: {
    kitty: '글 속의 이미지, 터미널이 움직입니다',
    'kitty-frames': '글 속의 이미지, 한 장씩 바꿉니다',
    iterm2: '파일 그대로, 터미널이 움직입니다',
    sixel: '식셀 이미지, 한 번에 하나씩 움직입니다',
    truecolor: '반 칸 블록, 1,600만 색',
    256: '반 칸 블록, 256색',
    16: '반 칸 블록, 16색',
    text: 'GIF 대신 한 줄 설명',
  },
  noTerminal: '표준 입력과 출력이 터미널이 아니어서 묻지 않았습니다',
  silent: '1초 안에 대답하지 않았습니다',
  answered: milliseconds => `${milliseconds} ms 만에 대답했습니다`,
  cell: (width, height) => `한 칸 ${width}×${height} 픽셀`,
  background: color => `배경 ${color}`,
  attributes: numbers => `속성 ${numbers}`,
  synchronized: '화면을 한 번에 그립니다',
  multiplexed: '멀티플렉서 안입니다',
  chosen: '--graphics 또는 GIFCHAT_GRAPHICS로 고른 것입니다',
  serverAnswers: (address, milliseconds) => `${address} 서버가 ${milliseconds} ms 만에 대답합니다`,
  serverSilent: address => `${address} 서버가 대답하지 않습니다`,
  tokenHere: path => `${path} 파일에 있습니다`,
  tokenAbsent: path => `아직 없습니다. ${path} 파일에 저장됩니다`,
  advice: {
    silent: '느린 연결에서는 그럴 수 있습니다. 터미널이 보여 줄 수 있는 것을 --graphics로 고르세요.',
    multiplexed: 'tmux, screen, zellij 밖에서는 진짜 그림을 볼 수 있을지도 모릅니다.',
    text: 'NO_COLOR를 없애거나, TERM을 터미널에 맞게 정하거나, --graphics로 고르세요.',
    fewColors: '터미널이 더 많은 색을 보여 줄 수 있다면 COLORTERM=truecolor로 정하세요.',
    server: '"gifchat serve"로 시작하거나, --server로 다른 서버를 지정하세요.',
    tokenUnreadable: path => `${path} 파일을 읽을 수 있게 하거나, --token-file로 다른 파일을 지정하세요.`,
    tokenDamaged: path =>
      `${path} 파일이 망가졌습니다. 다음에 시작하면 옆으로 치워지고 새로운 사람이 됩니다.`,
    tokenOpen: path => `다른 사람이 ${path} 파일을 읽을 수 있습니다. chmod 600으로 막으세요.`,
  },
}
