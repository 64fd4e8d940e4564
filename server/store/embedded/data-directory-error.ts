/** The data directory can't be used as it is; the message is a sentence that says what to do. */
export class DataDirectoryError extends Error {
  override readonly name: string = 'DataDirectoryError'
}

/** Another server works in this data directory now. */
export class DataDirectoryInUseError extends DataDirectoryError {
  override readonly name = 'DataDirectoryInUseError'
}
