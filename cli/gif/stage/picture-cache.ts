/** Anything of which the cache can tell how much memory it takes. */
export interface Weighed {
  readonly id: number
  /** Bytes; it may grow after it was added. */
  readonly bytes: number
}

/** Keeps the pictures that were used last, within a number of bytes; those in use stay whatever they weigh. */
export class PictureCache<Picture extends Weighed> {
  readonly #pictures = new Map<number, Picture>()
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(picture: Picture): void {
    this.#pictures.set(picture.id, picture)
  }

  /** The picture, which thereby counts as just used. */
  get(id: number): Picture | undefined {
    const picture = this.#pictures.get(id)
    if (picture === undefined) return undefined
    this.#pictures.delete(id)
    this.#pictures.set(id, picture)
    return picture
  }

  values(): Iterable<Picture> {
    return this.#pictures.values()
  }

  has(id: number): boolean {
    return this.#pictures.has(id)
  }

  /** Drops what was not used for longest until the rest fits, and returns it. */
  trim(isInUse: (id: number) => boolean): readonly Picture[] {
    const dropped: Picture[] = []
    let bytes = 0
    for (const picture of this.#pictures.values()) bytes += picture.bytes
    for (const picture of this.#pictures.values()) {
      if (bytes <= this.#maxBytes) break
      if (isInUse(picture.id)) continue
      this.#pictures.delete(picture.id)
      bytes -= picture.bytes
      dropped.push(picture)
    }
    return dropped
  }

  clear(): void {
    this.#pictures.clear()
  }
}
