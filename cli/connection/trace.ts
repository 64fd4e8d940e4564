/** Hears what happens inside the client, so that a developer can look for a fault. */
export interface Trace {
  /** Numbers a new connection. */
  dial(server: string): ConnectionTrace
  event(event: unknown): void
  effect(effect: unknown): void
}

/** Hears the frames of one connection. */
interface ConnectionTrace {
  sent(frame: string): void
  received(frame: string): void
  closed(code: number, error: Error | undefined): void
}
