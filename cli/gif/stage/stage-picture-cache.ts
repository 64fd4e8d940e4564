interface Weighed {
  readonly id: number
  /** May grow after the picture was added. */
  readonly bytes: number
}

/** Keeps the pictures used last, up to a number of bytes. Pictures in use are never evicted. */
export class StagePictureCache<Picture extends Weighed> {
  readonly #pictures = new Map<number, Picture>()
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(picture: Picture): void {
    this.#pictures.set(picture.id, picture)
  }

  /** Returns the picture and counts it as just used. */
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

  /** Evicts the pictures unused for longest until the rest fits, and returns them. */
  evictUnused(isInUse: (id: number) => boolean): readonly Picture[] {
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
