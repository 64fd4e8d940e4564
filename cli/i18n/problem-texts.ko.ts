import { LIMITS } from '../../protocol/limits.ts'
import type { TransferKind } from '../connection/transfer-error.ts'
import { gifSizeInWords } from '../gif/gif-in-words.ts'
import { shellWordOfAddress } from '../identity/pasted-words.ts'
import { withKoreanParticle } from './particles.ko.ts'
import type { HostingTexts, ProblemTexts } from './problem-texts.en.ts'

const act = (what: TransferKind): string => (what === 'upload' ? '올리기' : '내려받기')

/** Problems with files, servers and identities, in Korean. */
export const problemTexts: ProblemTexts = {
  file: {
    directory: path => `${path} 경로는 폴더입니다. 그 안의 GIF 파일을 골라 주세요.`,
    notAFile: path => `${path} 경로는 보통 파일이 아닙니다. GIF 파일을 골라 주세요.`,
    empty: path => `${path} 파일이 비어 있습니다. 다른 파일을 골라 주세요.`,
    missing: path => `${path} 파일이 없습니다. 경로를 확인해 주세요.`,
    notReadable: path =>
      `${path} 파일을 읽을 수 없습니다. 읽을 권한이 있는지 확인하거나 다른 파일을 골라 주세요.`,
    changed: path => `보내는 동안 ${path} 파일이 바뀌었습니다. 다시 해 보세요.`,
    exists: path => `${path} 파일이 이미 있고, 덮어쓰지 않습니다. 다른 이름을 골라 주세요.`,
    noDirectory: path => `${path} 경로의 폴더가 없습니다. 있는 폴더를 골라 주세요.`,
    notWritable: path => `${path} 파일을 쓸 수 없습니다. 쓸 권한이 있는 곳을 골라 주세요.`,
    diskFull: path => `디스크가 가득 차서 ${path} 파일을 쓸 수 없습니다.`,
  },
  fileTooLarge: (path, { bytes, mostBytes }) =>
    `${path} 파일은 ${gifSizeInWords(bytes)}입니다. 여기서 GIF는 ${gifSizeInWords(mostBytes)}까지입니다.`,
  fileNotAGif: (path, why) => `${path}: ${why}`,
  gif: {
    notAGif: 'GIF가 아닙니다. GIF87a나 GIF89a로 시작하지 않습니다.',
    isPng: '이름과 달리 PNG 그림입니다. GIF만 됩니다.',
    isJpeg: '이름과 달리 JPEG 그림입니다. GIF만 됩니다.',
    isWebp: '이름과 달리 WebP 그림입니다. GIF만 됩니다.',
    isMp4: '이름과 달리 MP4 동영상입니다. GIF만 됩니다.',
    truncated: 'GIF가 첫 프레임이 끝나기 전에 잘렸습니다. 온전한 파일이 필요합니다.',
    tooLarge: 'GIF가 너무 큽니다. 서버가 받는 것보다 바이트가 많습니다.',
    emptyCanvas: 'GIF에 크기가 없습니다. 너비와 높이가 1픽셀은 되어야 합니다.',
    sideTooLong: `GIF의 너비나 높이가 너무 큽니다. 한 변은 ${LIMITS.gifSide}픽셀까지입니다.`,
    tooManyFrames: `GIF의 프레임이 너무 많습니다. ${LIMITS.gifFrames}개까지입니다.`,
    tooManyPixels: `GIF가 재생하기에 너무 무겁습니다. 모든 프레임이 그리는 픽셀은 ${LIMITS.gifPixels / 1_000_000}백만까지입니다.`,
    noFrames: 'GIF에 보여 줄 것이 없습니다. 프레임이 하나는 있어야 합니다.',
    badCodeSize: '손상된 GIF입니다. 첫 프레임의 코드 크기는 1에서 8까지입니다.',
    badBlock: '손상된 GIF입니다. 첫 프레임 앞에 GIF가 아닌 것이 있습니다.',
  },
  cannotStore:
    '서버가 지금은 아무것도 저장할 수 없습니다. 디스크가 가득 찼을 수 있습니다. 잠시 뒤에 다시 해 보세요.',
  smallerGif: {
    trying: path => `${path} 파일이 이 서버에는 너무 커서 줄이고 있습니다…`,
    offer: change => `${change} · Enter로 보내기 · Esc로 지우기`,
    offerWaits: (change, line) => `${change} · ${line} 입력하면 보내기`,
    withoutMetadata: '메타데이터만 뺌',
    samePictures: '그림은 그대로',
    everyFrame: step => `${step}프레임마다 하나`,
    partOfSize: divisor => (divisor === 2 ? '크기 절반' : '크기 4분의 1'),
  },
  gifTooSlow: '이 GIF를 푸는 데 너무 오래 걸립니다.',
  gifDecoderFailed: '이 GIF를 풀 수 없습니다.',
  gifNotShown: '이 터미널은 그림을 보여 주지 못합니다.',
  gifNoViewer: 'GIF를 여는 프로그램이 없습니다. /save로 파일에 저장할 수 있습니다.',
  unreachable: {
    noAnswer: server =>
      `${server} 주소에 서버가 없습니다. "gifchat serve"로 서버를 열거나 --server로 다른 주소를 알려 주세요.`,
    noSuchHost: server => `${server} 주소의 컴퓨터를 찾을 수 없습니다. 철자와 네트워크를 확인해 주세요.`,
    noWay: server => `${server} 주소에 연결할 수 없습니다. 주소와 네트워크를 확인해 주세요.`,
    silent: server =>
      `${server} 서버가 응답하지 않습니다. 주소와 네트워크를 확인하거나 잠시 뒤에 다시 해 보세요.`,
    noProxy: server =>
      `환경 변수의 프록시로는 ${server} 주소에 닿지 않습니다. "gifchat doctor"가 알려 주는 프록시를 확인하거나, 서버를 NO_PROXY에 써 주세요.`,
    busy: server => `${server} 서버가 지금은 연결을 더 받지 않습니다. 잠시 뒤에 다시 해 보세요.`,
    hungUp: server => `${server} 서버가 연결을 끊었습니다. 잠시 뒤에 다시 해 보세요.`,
    notGifchat: server => `${server} 주소에는 이 프로그램이 아는 gifchat 서버가 아닌 다른 것이 있습니다.`,
    certificateSelfSigned: server =>
      `${server} 서버의 인증서는 스스로 서명한 것입니다. 맞는 인증서라면 그 파일을 --ca FILE 또는 NODE_EXTRA_CA_CERTS로 알려 주세요.`,
    certificateUnknown: server =>
      `${server} 서버의 인증서를 발급한 기관을 여기서는 믿지 않습니다. 믿을 수 있다면 그 기관의 인증서 파일을 --ca FILE 또는 NODE_EXTRA_CA_CERTS로 알려 주세요.`,
    certificateExpired: server =>
      `${server} 서버의 인증서가 만료되었습니다. 서버 운영자에게 알리거나 이 컴퓨터의 시계를 확인해 주세요.`,
    certificateNotYetValid: server =>
      `${server} 서버의 인증서가 아직 유효하지 않습니다. 이 컴퓨터의 시계를 확인해 주세요.`,
    certificateOfAnother: server =>
      `${server} 서버의 인증서는 다른 이름의 것입니다. 인증서에 있는 이름을 쓰거나 서버 운영자에게 물어보세요.`,
    certificateBad: server => `${server} 서버의 인증서를 믿을 수 없습니다. 서버 운영자에게 물어보세요.`,
    noTls: server =>
      `${server} 주소에서는 암호화하지 않습니다. wss:// 대신 ws://를 쓰거나 포트를 확인해 주세요.`,
    moved: server =>
      `${server} 주소가 다른 곳으로 돌려보냅니다. ws:// 대신 wss://를 써 보거나 전체 주소를 물어보세요.`,
    loginNeeded: server =>
      `${server} 앞에 있는 것이 로그인을 요구합니다(HTTP 401). gifchat은 로그인할 수 없으니 운영자에게 물어보세요.`,
    proxyLoginNeeded: () =>
      '네트워크의 프록시가 로그인을 요구합니다(HTTP 407). 환경 변수에 http://name:password@host:port처럼 쓰세요.',
    forbidden: server =>
      `${server} 앞에 있는 것이 접속을 막습니다(HTTP 403). 운영자에게 묻거나 다른 네트워크에서 해 보세요.`,
    nothingThere: server =>
      `${server} 주소에는 gifchat 서버가 없습니다(HTTP 404). "/" 뒤를 확인하거나, 방 주소라면 "gifchat join"과 함께 쓰세요.`,
    serverAway: server =>
      `${server} 주소의 프록시는 답하지만 그 뒤의 gifchat 서버가 답하지 않습니다(HTTP 502). 잠시 뒤에 다시 해 보세요.`,
    serverSlow: server =>
      `${server} 주소의 프록시가 gifchat 서버를 기다렸지만 답이 없었습니다(HTTP 504). 잠시 뒤에 다시 해 보세요.`,
    serverFault: server => `${server} 주소에서 HTTP 오류가 났습니다. 잠시 뒤에 다시 해 보세요.`,
  },
  transfer: {
    moved: (what, status) =>
      `서버 앞에 있는 것이 ${act(what)}를 다른 곳으로 돌려보냈습니다(HTTP ${status}). 서버의 전체 주소를 써 주세요.`,
    loginNeeded: (what, status) =>
      `${act(what)}가 안 됩니다. 서버 앞에 있는 것이 로그인을 요구합니다(HTTP ${status}).`,
    proxyLoginNeeded: (what, status) =>
      `${act(what)}가 안 됩니다. 네트워크의 프록시가 로그인을 요구합니다(HTTP ${status}).`,
    forbidden: (what, status) =>
      `서버 앞에 있는 것이 ${act(what)}를 막았습니다(HTTP ${status}). 운영자에게 물어보세요.`,
    nothingThere: (what, status) =>
      `${act(what)}가 안 됩니다. 서버 앞에 있는 것이 GIF를 넘겨주지 않습니다(HTTP ${status}). 운영자에게 물어보세요.`,
    tooLarge: (what, status) =>
      `서버 앞에 있는 것이 이만한 GIF를 받지 않아 ${act(what)}가 멈췄습니다(HTTP ${status}). 더 작게 만들거나, ${LIMITS.gifBytes / 1024 / 1024} MiB까지 허용해 달라고 운영자에게 부탁하세요.`,
    refused: (what, status) => `서버가 아니라 서버 앞에 있는 것이 ${act(what)}에 답했습니다(HTTP ${status}).`,
    busy: (what, status) => `서버 앞에 있는 것이 바빠서 ${act(what)}가 되지 않았습니다(HTTP ${status}).`,
    serverAway: (what, status) =>
      `서버 앞에 있는 것이 서버에 닿지 못해 ${act(what)}가 되지 않았습니다(HTTP ${status}).`,
    serverSlow: (what, status) =>
      `서버 앞에 있는 것이 서버의 답을 받지 못해 ${act(what)}가 되지 않았습니다(HTTP ${status}).`,
    serverFault: (what, status) =>
      `서버 앞에 있는 것에 오류가 나서 ${act(what)}가 되지 않았습니다(HTTP ${status}).`,
    broken: what => `서버는 답하지만 ${act(what)}가 도중에 끊겼습니다.`,
  },
  proxySetting: variable =>
    `${variable} 값은 프록시 주소가 아닙니다. http://host:port, https://host:port, socks5://host:port 가운데 하나로 쓰세요.`,
  cannotServe: why => `기본 주소에 gifchat 서버가 없고, 여기서 열 수도 없습니다: ${why}`,
  address: {
    roomMissing: text => `${text} 값에는 서버만 있고 방이 없습니다. "/"와 방 아이디를 붙이세요.`,
    scheme: text => `${text} 값은 gifchat 주소가 아닙니다. ws:// 또는 wss://로 시작해야 합니다.`,
    tooMuch: text => `${text} 값에는 주소 말고 다른 것도 있습니다. ws://host:8005처럼 쓰세요.`,
    path: text => `${text} 값의 경로는 서버 경로가 아닙니다. "/" 사이에는 영문자, 숫자, . _ ~ - 만 쓰세요.`,
    notAServer: text => `${text} 값은 서버 주소가 아닙니다. ws://host:8005처럼 쓰세요.`,
    notARoom: text => `${text} 값은 방 아이디가 아닙니다. 방 목록이나 초대 명령에서 복사해 주세요.`,
  },
  twoWindows: [
    '다른 창에서도 이 방에 들어와 있어서, 두 창이 같은 사람으로 보입니다.',
    '다른 사람으로 들어오려면: gifchat join … --token-file ./other.json',
  ],
  token: ({ problem, path, aside = '' }) => {
    switch (problem) {
      case 'notSaved':
        return `신원을 ${path}에 저장할 수 없어 이 명령이 끝나면 사라집니다. --token-file로 다른 곳을 알려 주세요.`
      case 'noHome':
        return '홈 디렉터리가 없어 이 명령이 끝나면 신원이 사라집니다. --token-file로 저장할 파일을 알려 주세요.'
      case 'notRead':
        return `${path} 파일을 읽을 수 없어 여기서는 새 사람입니다.`
      case 'corrupt':
        return `${path} 파일이 손상되어 ${withKoreanParticle(aside, '으로/로')} 옮겼습니다. 여기서는 새 사람입니다.`
      default:
        return problem satisfies never
    }
  },
}

export const hostingTexts: HostingTexts = {
  onlyHere: '이 주소는 이 컴퓨터에서만 됩니다. /share 를 쓰면 네트워크에 열립니다.',
  onlyHost:
    '이 주소는 이 컴퓨터에서만 됩니다. 서버가 네트워크에 열려 있으면, 다른 사람은 이 컴퓨터의 네트워크 주소로 들어옵니다.',
  notInstalled: '설치하지 않았다면: npx gifchat join 뒤에 같은 주소',
  open: '서버를 네트워크에 열었습니다. 다음 중 하나를 보내 초대하세요:',
  shared: servers =>
    `서버를 네트워크에 열었습니다. 다른 사람은 이렇게 들어옵니다:\n${servers.map(server => `gifchat --server ${shellWordOfAddress(server)}`).join('\n')}`,
  askToShare: '서버를 네트워크에 열까요?',
  shareKeys: 'y Enter 열기 · n Esc 그대로 두기',
  shareKeysTiny: 'y 열기 · n 그대로',
  staysClosed: '서버를 네트워크에 열지 않았습니다.',
  shareMissedKeys: 'Esc 목록으로',
  noNetwork: '이 컴퓨터는 네트워크에 연결되어 있지 않습니다.',
  ended: '이 프로그램이 연 서버가 끝났습니다. 끝내고 다시 시작하면 새로 열립니다.',
  lost: '이 프로그램이 연 서버가 밖에서 끝나 방이 모두 사라졌습니다.',
  lostKeys: 'r 서버 다시 열기 · q 끝내기',
  lostKeysTiny: 'r 다시 · q 끝',
  lostInRoom:
    '이 프로그램이 연 서버가 밖에서 끝나 이 방도 사라졌습니다. Ctrl-D로 나간 다음 r을 누르면 서버를 다시 엽니다.',
  notYours: '여기 서버는 이 프로그램이 연 것이 아닙니다. 초대할 명령은 /invite 로 볼 수 있습니다.',
  nothingToLeave: '여기 서버는 이 프로그램이 연 것이 아니어서, /quit 로 끝내도 남아 있습니다.',
  askInRoom: guests =>
    `다른 연결이 ${guests}개 있고, 끝내면 서버도 끝납니다. /quit 모두 끝내기 · /detach 백그라운드에 남기기`,
  askInLobby: guests =>
    `다른 연결이 ${guests}개 있고, 끝내면 서버도 끝납니다. q 모두 끝내기 · d 백그라운드에 남기기`,
  askToVisit: guests =>
    `다른 연결이 ${guests}개 있고, 옮겨 가면 이 서버는 끝납니다. 그래도 가려면 한 번 더 붙여 넣으세요.`,
  askUnsent: count => `아직 보내지 못한 메시지가 ${count}개 있습니다. 한 번 더 끝내면 사라집니다.`,
  detached:
    '서버는 마지막 사람이 나갈 때까지 백그라운드에 남습니다. "gifchat serve --status"로 보고, "gifchat serve --stop"으로 끝냅니다.',
}
