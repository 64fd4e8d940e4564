/** Hears what goes on inside the client, for whoever looks for a fault in it. */
export interface Trace {
  /** Numbers a new connection. */
  dial(server: string): ConnectionTrace
  event(event: unknown): void
  effect(effect: unknown): void
}

/** Hears what one connection carries. */
export interface ConnectionTrace {
  sent(frame: string): void
  received(frame: string): void
  closed(code: number, error: Error | undefined): void
}
