/** What a process hears from the system about the terminal it runs in. */
export type TerminalHost = Pick<NodeJS.Process, 'on' | 'once' | 'off' | 'kill' | 'pid'>

/** A terminal that somebody sits at. One process may serve several at once. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream
  /** Knows the size, and emits `resize` when the size changes. */
  readonly stdout: NodeJS.WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ends what runs here. Called for a Ctrl-C that is typed while no screen takes keys. */
  interrupt(): void
  /**
   * The process that runs in this terminal and gets its signals; absent for a terminal elsewhere.
   */
  readonly host?: TerminalHost
}
