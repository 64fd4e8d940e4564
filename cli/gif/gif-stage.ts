/** A decoded, scaled GIF that the screen can show; `id` is 24 bits, so that it fits a foreground colour. */
export interface GifPicture {
  readonly id: number
  readonly columns: number
  readonly rows: number
}

/** Where a picture, or the part of it that can be seen, is on the screen: cells, counted from 0 at the top left. */
export interface GifPlacement {
  readonly picture: GifPicture
  readonly x: number
  readonly y: number
  /** The first row of the picture that is seen, and how many. */
  readonly firstRow: number
  readonly rows: number
}

/** Shows GIFs inside what Ink lays out: Ink prints placeholder cells, the stage turns them into pictures and moves them. */
export interface GifStage {
  /** Standard output for Ink. */
  readonly stdout: NodeJS.WriteStream
  /** Scans, decodes and scales to fit the box, in cells; rejects with a `GifError` that says why. */
  load(bytes: Uint8Array, box: { readonly columns: number; readonly rows: number }): Promise<GifPicture>
  /** Told after every layout: these pictures are seen, and only these move. */
  place(placements: readonly GifPlacement[]): void
  close(): void
}
