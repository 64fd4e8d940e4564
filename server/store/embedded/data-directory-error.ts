import { StoreSettingsError } from '../store-settings-error.ts'

/** What is wrong with a data directory. */
export type DataDirectoryProblem = 'inUse' | 'notADirectory' | 'ofAnother' | 'notWritable' | 'notUsable'

/** The data directory can't be used as it is. The message says so in English. */
export class DataDirectoryError extends StoreSettingsError {
  override readonly name: string = 'DataDirectoryError'
  readonly problem: DataDirectoryProblem
  /** The directory, or what is in its way. */
  readonly path: string
  /** What the system said, such as `ENOSPC`. */
  readonly code: string

  constructor(
    problem: DataDirectoryProblem,
    path: string,
    message: string,
    options: { readonly code?: string; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.problem = problem
    this.path = path
    this.code = options.code ?? ''
  }
}

/** Another server works in this data directory now. */
export class DataDirectoryInUseError extends DataDirectoryError {
  override readonly name = 'DataDirectoryInUseError'
}
