// Draws the screenshots in README.md from real screens of the built program: npm run pictures.
// It needs rsvg-convert (Debian: librsvg2-bin) and a font with Hangul (fonts-nanum-coding).
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Rgb, writeGif } from '../test/support/gif-writer.ts'
import { screenToPng } from '../test/support/screen-picture.ts'
import { freePort, ServerProcess } from '../test/support/server-process.ts'
import { KEYS, openTerminal, type Terminal } from '../test/support/terminal.ts'

const WIDTH = 96
const HEIGHT = 48
const FRAMES = 12

/** A GIF of coloured rings that move outward. */
function rings(): Buffer {
  const palette: Rgb[] = Array.from({ length: 64 }, (_, index) => {
    const wave = (shift: number) => Math.round(127 + 120 * Math.sin((index / 64) * 2 * Math.PI + shift))
    return [wave(0), wave(2.1), wave(4.2)]
  })
  const frames = Array.from({ length: FRAMES }, (_, frame) => ({
    width: WIDTH,
    height: HEIGHT,
    delayMs: 80,
    indices: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, place) => {
      const x = (place % WIDTH) - WIDTH / 2
      const y = Math.floor(place / WIDTH) - HEIGHT / 2
      const distance = Math.hypot(x, y * 1.2)
      return Math.floor(distance * 1.6 - (frame / FRAMES) * 64 + 128) & 63
    }),
  }))
  return writeGif({ width: WIDTH, height: HEIGHT, palette, loops: 0, frames })
}

const directory = await mkdtemp(join(tmpdir(), 'gifchat-pictures-'))
const gif = join(directory, 'rings.gif')
await writeFile(gif, rings())
const draw = async (name: string, terminal: Terminal) => {
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  // `waitFor` looks at the screen between two frames, never in the middle of one.
  await terminal.waitFor(view => {
    resolve(screenToPng(view))
    return true
  })
  await writeFile(join(import.meta.dirname, `${name}.png`), await promise)
}
{
  await using server = new ServerProcess({ port: await freePort(), data: join(directory, 'data') })
  await server.start()
  const inLanguage = (lang: 'en' | 'ko') => ({
    columns: 80,
    rows: 26,
    env: { GIFCHAT_SERVER: server.url, GIFCHAT_LANG: lang },
  })
  const say = async (from: Terminal, to: Terminal, text: string) => {
    from.type(`${text}${KEYS.enter}`)
    await to.waitFor(text)
    // A message is faint until the server has acknowledged it.
    await from.waitFor(screen => screen.text().some(row => row.includes(text)) && !screen.cellOf(text).isDim)
  }
  await using ann = await openTerminal({
    ...inLanguage('en'),
    args: ['create', 'incident 42', '--max', '5', '--password', 'x'],
  })
  await ann.waitFor('1/5 people')
  await using lunch = await openTerminal({ ...inLanguage('ko'), args: ['create', '점심 뭐 먹지'] })
  await lunch.waitFor('1/10명')
  await using pair = await openTerminal({
    ...inLanguage('en'),
    args: ['create', 'pairing on the parser', '--max', '2'],
  })
  await pair.waitFor('1/2 people')
  await using lobby = await openTerminal({ ...inLanguage('en'), args: [] })
  await lobby.waitFor('3 open')
  lobby.type(`${KEYS.down}${KEYS.down}`)
  await lobby.waitFor('› incident')
  await draw('lobby', lobby)

  lobby.type(KEYS.enter)
  await lobby.waitFor('Password')
  lobby.type(`x${KEYS.enter}`)
  await ann.waitFor('2/5 people')
  await say(ann, lobby, 'db1 is back, replica still lags')
  await say(lobby, ann, 'then I go and get coffee for everybody')
  lobby.type(`/gif ${gif}${KEYS.enter}`)
  await ann.waitFor(screen => screen.text().some(row => row.includes('▀')))
  await say(ann, lobby, 'that is what my head looks like too')
  await lobby.waitFor(screen => screen.text().some(row => row.includes('▀')))
  await draw('chat', ann)

  await using guest = await openTerminal({ ...inLanguage('ko'), args: [] })
  await guest.waitFor('점심')
  guest.type(`점심${KEYS.enter}`)
  await lunch.waitFor('2/10명')
  await say(lunch, guest, '오늘은 뭐 먹을까요?')
  await say(guest, lunch, '비 오니까 칼국수 어때요')
  lunch.type(`/답장 좋아요! 12시에 1층에서 만나요${KEYS.enter}`)
  await guest.waitFor('1층에서')
  guest.type('저는 우산이 없어서 조금 늦')
  await guest.waitFor('조금 늦')
  await lunch.waitFor('쓰는 중')
  await draw('korean', lunch)
}
await rm(directory, { recursive: true, force: true })
