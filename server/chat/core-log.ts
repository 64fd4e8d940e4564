/** What the core says to the log: never a password, a token or what was said. */
export interface CoreLog {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}
