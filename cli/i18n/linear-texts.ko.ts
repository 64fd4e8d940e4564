import type { LinearTexts } from './linear-texts.en.ts'

/** Texts of the linear mode, in Korean. */
export const linearTexts: LinearTexts = {
  lobbyHint: '방 제목이나 아이디를 입력하면 들어갑니다. n 새 방, l 목록 다시 보기, ? 도움말, q 끝내기.',
  room: room =>
    `${room.title}, ${room.max}명 중 ${room.people}명, ${room.isPrivate ? '비공개' : '공개'}, 방장 ${room.owner}, ${room.age} 열림, 아이디 ${room.id}`,
  newRoom: room => `새 방: ${room}`,
  roomGone: title => `사라진 방: ${title}`,
  severalMatch: '맞는 방이 여러 개입니다. 그중 하나의 아이디를 입력하세요:',
  noMatch: typed => `"${typed}"에 맞는 방이 없습니다.`,
  field: (label, value) =>
    value === '' ? `${label}, 없으면 Enter:` : `${label}, 그대로 "${value}" 값이면 Enter:`,
  passwordField: label => `${label} (화면에 나오지 않습니다):`,
  backHint: '빈 줄을 입력하면 돌아갑니다.',
  entered: (title, count, max) => `${title} 방에 들어왔습니다. ${max}명 중 ${count}명이 있습니다.`,
  chatHint: '메시지를 쓰고 Enter를 누르세요. /help 명령 목록, /leave 방 목록으로.',
  message: (time, name, text) => `${time} ${name}: ${text}`,
  reply: (name, to) => `${name}, ${to}님에게`,
  unsent: why => `내 메시지: ${why}`,
  key: (keys, about) => `${keys}: ${about}`,
  commands: {
    gif: 'GIF 파일 올리기',
    save: '최근 GIF를 새 파일에 저장',
    open: '최근 GIF를 다른 프로그램으로 보기',
    invite: '초대할 사람에게 보낼 명령 보기',
  },
  lobbyKeys: [
    ['방 제목이나 아이디', '들어가기'],
    ['n', '새 방 열기'],
    ['l', '목록 다시 보기'],
    ['q', '끝내기'],
  ],
}
