/**
 * The store can't be opened with these settings. The message is a sentence that says what to do.
 */
export class StoreSettingsError extends Error {
  override readonly name: string = 'StoreSettingsError'
}
