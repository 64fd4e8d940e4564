/** How far a picture has played. Time in which it stands still does not count. */
export class GifPlayback {
  #playedMs = 0
  /** When it began to move; undefined while it stands still. */
  #movingSince: number | undefined

  get isMoving(): boolean {
    return this.#movingSince !== undefined
  }

  /** Milliseconds played until `now`. */
  playedMs(now: number): number {
    return this.#playedMs + (this.#movingSince === undefined ? 0 : now - this.#movingSince)
  }

  /** Begins again. */
  restart(now: number): void {
    this.#playedMs = 0
    if (this.#movingSince !== undefined) this.#movingSince = now
  }

  /** Starts or stops the picture; false when nothing changes. */
  setMoving(isMoving: boolean, now: number): boolean {
    if (isMoving === this.isMoving) return false
    this.#playedMs = this.playedMs(now)
    this.#movingSince = isMoving ? now : undefined
    return true
  }
}
