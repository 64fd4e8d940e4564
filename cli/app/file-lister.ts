import { type ListedFile, listGifs } from '../files/gif-listing.ts'
import { plainText } from '../terminal/plain-text.ts'

/** Lists one directory at a time: whoever types on wants to know of another. */
export class FileLister {
  #current: AbortController | undefined

  /** Tells `done` which files and directories can be completed. A newer listing cancels it. */
  list(directory: string, done: (files: readonly ListedFile[]) => void): void {
    this.forget()
    const listing = new AbortController()
    this.#current = listing
    listGifs(directory, listing.signal).then(
      files => {
        if (!listing.signal.aborted) done(files.filter(canBeTyped))
      },
      // What can't be read has nothing to offer; why is told when somebody posts it.
      () => undefined,
    )
  }

  forget(): void {
    this.#current?.abort()
    this.#current = undefined
  }
}

/** Whether a name comes through the composer as it is on the disk. */
const canBeTyped = ({ name }: ListedFile): boolean => plainText(name) === name
