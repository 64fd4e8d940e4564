/** The server that this program runs, because none answered at the default address. */
export interface HostedServer {
  /**
   * Opens it to the networks of this machine. Resolves with its addresses there, the likeliest
   * first; none means that this machine is in no network.
   */
  share(): Promise<readonly string[]>
  /** How many connections it has beside the one of this program. */
  countGuests(): Promise<number>
  /** Lets it go on in the background, until nobody is left. */
  detach(): Promise<void>
}
