import type { SQLOutputValue } from 'node:sqlite'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** What people wrote, selected as `CAST(… AS BLOB)`: Node 22 would cut a TEXT at its first NUL. */
export const textOf = (value: SQLOutputValue | undefined): string => decoder.decode(value as Uint8Array) // by the CAST
