import type { Invite } from '../identity/invite-line.ts'

/** Goes to other servers, as somebody asks who pastes an invite to one. */
export interface ServerVisits {
  /**
   * Connects to the invite's server. Once that has said welcome, the app ends and begins again
   * there. If that fails, all stays as it is, and `onFailed` is called.
   */
  seekServer(invite: Invite, onFailed: (error: unknown) => void): void
  /** Gives up the server that is sought. */
  forgetServer(): void
}
