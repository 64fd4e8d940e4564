import { type ListedFile, listGifFiles } from '../files/gif-file-listing.ts'

/** Lists one directory at a time. More typing makes an earlier listing useless. */
export class CompletionFileLister {
  #current: AbortController | undefined

  /** Tells `done` which files and directories can be completed. A newer listing cancels it. */
  listForCompletion(directory: string, done: (files: readonly ListedFile[]) => void): void {
    this.forgetListing()
    const listing = new AbortController()
    this.#current = listing
    listGifFiles(directory, listing.signal).then(
      files => {
        if (!listing.signal.aborted) done(files)
      },
      // An unreadable directory offers no completions. Posting a file from it tells why.
      () => undefined,
    )
  }

  forgetListing(): void {
    this.#current?.abort()
    this.#current = undefined
  }
}
