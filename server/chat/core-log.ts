/** How the core writes to the log. Passwords, tokens and messages never go there. */
export interface CoreLog {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}
