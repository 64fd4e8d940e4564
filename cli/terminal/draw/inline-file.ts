/**
 * A file as an image at the cursor, as large as an area of cells allows. The terminal animates it
 * (iterm2.com, "Inline Images Protocol"). `doNotMoveCursor=1` is for WezTerm, which would scroll
 * without it.
 */
export function inlineFileSequence(
  bytes: Uint8Array,
  area: { readonly columns: number; readonly rows: number },
): string {
  const { columns, rows } = area
  const keys = `inline=1;size=${bytes.length};width=${columns};height=${rows};preserveAspectRatio=1;doNotMoveCursor=1`
  return `\x1b]1337;File=${keys}:${Buffer.from(bytes).toString('base64')}\x07`
}
