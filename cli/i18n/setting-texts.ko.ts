import type { SettingTexts } from './setting-texts.en.ts'

/** What each setting of the screen does, in Korean. */
export const settingTexts: SettingTexts = {
  lang: '화면의 언어. `auto`는 LC_ALL, LC_MESSAGES, LANG을 따릅니다',
  theme: '글자가 잘 보여야 하는 배경. `auto`는 터미널에 물어봅니다',
  graphics: 'GIF를 그리는 방법. `auto`는 터미널이 보여 줄 수 있는 가장 좋은 것, `text`는 한 줄 설명',
  animation: 'GIF가 저절로 움직일지. 끄면 고른 GIF를 Space로 움직입니다',
  reduceMotion: 'GIF가 번쩍이지 않게 1초에 세 번까지만 바뀝니다',
  align: '내 메시지를 반대쪽에 둘지, 모두 왼쪽에 둘지',
  mouse: '휠로 스크롤합니다. 글자를 고를 때는 Shift를 누르세요',
  bell: '보고 있지 않을 때 나를 부르거나 내게 답장하면 소리를 냅니다. `all`은 창이 뒤에 있을 때 오는 모든 메시지에도',
  title: '창 제목에 방 이름과 읽지 않은 메시지 수를 보입니다',
  typing: '글을 쓰고 있다는 것을 방의 다른 사람에게 보일지',
  screenReader: '화면 낭독기를 위해 한 줄씩 차례로 적습니다. 적힌 것은 움직이지 않습니다',
  off: {
    animation: 'GIF를 움직이지 않게 합니다. 고른 GIF는 Space로 움직입니다',
    mouse: '마우스를 터미널에 맡깁니다. Shift 없이 글자를 고를 수 있고, 휠로는 스크롤하지 않습니다',
    title: '창 제목을 바꾸지 않습니다',
    typing: '글을 쓰고 있다는 것을 방의 다른 사람에게 보이지 않습니다',
  },
  refused: (source, value, allowed) =>
    `${source}에는 ${JSON.stringify(value)} 값을 쓸 수 없습니다. 쓸 수 있는 값: ${allowed.join(', ')}`,
  group: '화면:',
}
