/** The GIF's name, reduced to characters that every shell and file system accepts. */
export function safeGifFileName(name: string): string {
  const stem = name
    .normalize('NFC')
    .replace(/\.gif$/i, '')
    .replace(/[^\p{L}\p{N}_.]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
  return `${stem === '' ? 'party' : stem}.gif`
}
