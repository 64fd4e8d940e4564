/** The store can't be opened as it is set; the message is a sentence that says what to do. */
export class StoreSettingsError extends Error {
  override readonly name: string = 'StoreSettingsError'
}
