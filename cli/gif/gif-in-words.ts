import type { PostedGif } from '../../protocol/model.ts'
import { terminalSafeText } from '../terminal/terminal-safe-text.ts'

/** A GIF in words, where pictures are not shown: `[GIF cat.gif 480×270 4.0 s 633 KiB]`. */
export function gifInWords({ name, width, height, durationMs, bytes }: PostedGif): string {
  const facts = [
    terminalSafeText(name).trim(),
    `${width}×${height}`,
    `${(durationMs / 1000).toFixed(1)} s`,
    gifSizeInWords(bytes),
  ]
  return `[GIF ${facts.filter(fact => fact !== '').join(' ')}]`
}

/** `633 KiB`. */
export function gifSizeInWords(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`
  const kibibytes = bytes / 1024
  return kibibytes < 1024 ? `${Math.round(kibibytes)} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`
}
