import { spawn } from 'node:child_process'
import { isDarkColor } from '../../cli/terminal/color/background.ts'
import type { TerminalScreen } from './terminal-screen.ts'

/** Pixels of one cell. */
const WIDTH = 10
const HEIGHT = 20
const DARK = { foreground: '#D8DEE9', background: '#14161B' } as const
const EMOJI = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation})/v

/** Draws a screen with one `<text>` for each cell, so that no font can move a column. */
export function screenToSvg(screen: TerminalScreen): string {
  const ground = screen.background ?? DARK.background
  const text = screen.background === undefined || isDarkColor(ground) ? DARK.foreground : '#24292F'
  const grounds: string[] = []
  const texts: string[] = []
  for (let y = 0; y < screen.rows; y++) {
    for (let x = 0; x < screen.columns; x++) {
      const cell = screen.cell(x, y)
      const foreground = cell.foreground ?? text
      const background = cell.background ?? ground
      const [ink, behind] = cell.isInverse ? [background, foreground] : [foreground, background]
      const left = x * WIDTH
      const top = y * HEIGHT
      if (behind !== ground)
        grounds.push(rectangle(left, top, WIDTH * Math.max(1, cell.width), HEIGHT, behind))
      texts.push(glyph(cell.text, left, top, ink, cell.isBold, cell.isDim ? 0.6 : 1))
    }
  }
  const width = screen.columns * WIDTH
  const height = screen.rows * HEIGHT
  const { x, y } = screen.cursor
  const cursor = screen.isCursorShown ? rectangle(x * WIDTH, y * HEIGHT, 2, HEIGHT, text) : ''
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" xml:space="preserve">` +
    `<g shape-rendering="crispEdges">${rectangle(0, 0, width, height, ground)}${grounds.join('')}</g>` +
    `<g font-family="DejaVu Sans Mono, NanumGothicCoding, monospace" font-size="16">${texts.join('')}</g>${cursor}</svg>`
  )
}

/** Makes a PNG of the screen. Rejects where librsvg's `rsvg-convert` is not installed. */
export function screenToPng(screen: TerminalScreen): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const converter = spawn('rsvg-convert', ['--format', 'png'], { stdio: ['pipe', 'pipe', 'inherit'] })
    const chunks: Buffer[] = []
    converter.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    converter.once('error', reject)
    converter.once('close', code =>
      code === 0 ? resolve(Buffer.concat(chunks)) : reject(new Error(`rsvg-convert ended with ${code}`)),
    )
    converter.stdin.end(screenToSvg(screen))
  })
}

/** Draws block elements as rectangles, since no font fills a cell exactly. */
function glyph(
  text: string,
  left: number,
  top: number,
  color: string,
  isBold: boolean,
  opacity: number,
): string {
  switch (text) {
    case '':
    case ' ':
      return ''
    case '▀':
      return rectangle(left, top, WIDTH, HEIGHT / 2, color)
    case '▄':
      return rectangle(left, top + HEIGHT / 2, WIDTH, HEIGHT / 2, color)
    case '█':
      return rectangle(left, top, WIDTH, HEIGHT, color)
    case '▎':
      return rectangle(left, top, WIDTH / 4, HEIGHT, color)
    case '▕':
      return rectangle(left + WIDTH - 2, top, 2, HEIGHT, color)
    case '─':
      return rectangle(left, top + HEIGHT / 2, WIDTH, 1, color, opacity)
    default: {
      const weight = isBold ? ' font-weight="bold"' : ''
      const faint = opacity === 1 ? '' : ` opacity="${opacity}"`
      // Emoji fonts have wide digits, so they are used for emoji only.
      const font = EMOJI.test(text) ? ' font-family="Noto Color Emoji" font-size="14"' : ''
      return `<text x="${left}" y="${top + 15}" fill="${color}"${weight}${faint}${font}>${escapeXml(text)}</text>`
    }
  }
}

const rectangle = (x: number, y: number, width: number, height: number, color: string, opacity = 1): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${color}"${opacity === 1 ? '' : ` opacity="${opacity}"`}/>`

const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
