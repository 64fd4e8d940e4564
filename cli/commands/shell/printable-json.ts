/**
 * `JSON.stringify` escapes C0. Terminals also act on C1, line separators and marks that change
 * the direction of a line.
 */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** JSON with what a terminal acts on escaped. */
export const escapeJsonControls = (json: string): string =>
  json.replace(UNSAFE, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** A value as JSON that no terminal acts on, over several lines if `indent` is given. */
export const printableJson = (value: unknown, indent?: number): string =>
  escapeJsonControls(JSON.stringify(value, undefined, indent))

/** A value as one line of JSON that is safe to print on any terminal. */
export const printableJsonLine = (value: unknown): string => `${printableJson(value)}\n`
