import type { ServerStatus } from './background-servers.ts'

/** The flags of `serve` for servers in the background, by their names without dashes. */
export const BACKGROUND_FLAGS = {
  detach: 'run in the background, until --stop',
  status: 'show the servers that run in the background',
  stop: 'stop the server in the background, or with --port the one on that port',
} as const

/** What is said of servers in the background, in one language. */
export interface BackgroundTexts {
  readonly none: string
  /** Said instead of the sentence that a port is in use. */
  isThere(port: number, pid: number): string
  noState(why: string): string
  started(pid: number): string
  running(server: ServerStatus): string
  /** Of a process that does not answer. */
  silent(pid: number): string
  several(ports: readonly number[]): string
  stopped(server: string): string
}

const counted = (count: number, one: string, several: string): string =>
  `${count} ${count === 1 ? one : several}`

const en: BackgroundTexts = {
  none: 'No gifchat server of yours runs in the background.',
  isThere: (port, pid) =>
    `A gifchat server of yours runs on port ${port} in the background, as process ${pid}. "gifchat serve --status" shows it, and "gifchat serve --stop --port ${port}" ends it. For another one, choose another --port.`,
  noState: why => `The log of a server in the background can't be written: ${why}`,
  started: pid =>
    `It runs in the background, as process ${pid}. "gifchat serve --status" shows it, and "gifchat serve --stop" ends it.`,
  running: ({ url, addresses, pid, since, connections, rooms, endsUnused, log }) =>
    [
      `${url}: process ${pid}, since ${new Date(since).toLocaleString('en')}`,
      addresses.length === 0 ? 'for this machine alone' : `others find it at ${addresses.join(', ')}`,
      `${counted(connections, 'connection', 'connections')}, ${counted(rooms, 'room', 'rooms')}`,
      endsUnused ? 'until the last person leaves' : 'until it is stopped',
      ...(log === undefined ? [] : [`log in ${log}`]),
    ].join('; '),
  silent: pid => `A gifchat server in the background does not answer: process ${pid}.`,
  several: ports =>
    `Several gifchat servers run in the background. Say which: ${ports.map(port => `--stop --port ${port}`).join(', ')}`,
  stopped: server => `The gifchat server at ${server} has ended.`,
}

const ko: BackgroundTexts = {
  none: '백그라운드에서 실행 중인 gifchat 서버가 없습니다.',
  isThere: (port, pid) =>
    `${port}번 포트에서 이 사용자의 gifchat 서버가 백그라운드에서 실행 중입니다(프로세스 ${pid}). "gifchat serve --status"로 보고, "gifchat serve --stop --port ${port}"로 끝냅니다. 하나 더 열려면 --port로 다른 포트를 고르세요.`,
  noState: why => `백그라운드 서버의 로그를 쓸 수 없습니다: ${why}`,
  started: pid =>
    `백그라운드에서 실행합니다(프로세스 ${pid}). "gifchat serve --status"로 보고, "gifchat serve --stop"으로 끝냅니다.`,
  running: ({ url, addresses, pid, since, connections, rooms, endsUnused, log }) =>
    [
      `${url}: 프로세스 ${pid}, ${new Date(since).toLocaleString('ko')}부터`,
      addresses.length === 0 ? '이 컴퓨터에서만' : `다른 사람에게는 ${addresses.join(', ')}`,
      `연결 ${connections}개, 방 ${rooms}개`,
      endsUnused ? '마지막 사람이 나갈 때까지' : '직접 끝낼 때까지',
      ...(log === undefined ? [] : [`로그는 ${log}`]),
    ].join('; '),
  silent: pid => `백그라운드의 gifchat 서버가 대답하지 않습니다. 프로세스 번호는 ${pid}입니다.`,
  several: ports =>
    `백그라운드에서 실행 중인 gifchat 서버가 여럿입니다. 하나를 골라 주세요: ${ports.map(port => `--stop --port ${port}`).join(', ')}`,
  stopped: server => `${server} gifchat 서버를 끝냈습니다.`,
}

/** The texts in the language of a locale, such as `ko_KR.UTF-8`. */
export const backgroundTextsFor = (locale: string | undefined): BackgroundTexts =>
  /^ko\b|^ko_/i.test(locale ?? '') ? ko : en
