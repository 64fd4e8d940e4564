import { StoreSettingsError } from '../store-settings-error.ts'

/** The data directory can't be used as it is. */
export class DataDirectoryError extends StoreSettingsError {
  override readonly name: string = 'DataDirectoryError'
}

/** Another server works in this data directory now. */
export class DataDirectoryInUseError extends DataDirectoryError {
  override readonly name = 'DataDirectoryInUseError'
}
