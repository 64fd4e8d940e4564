// JSON escapes C0; C1, the line separators and what turns a line around would act on a terminal or break a line too.
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** A value as one line of JSON that is safe to print on any terminal. */
export function jsonLine(value: unknown): string {
  const escaped = JSON.stringify(value).replace(
    UNSAFE,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `${escaped}\n`
}
