import packageFile from '../package.json' with { type: 'json' }

/** This release, as in package.json. */
export const VERSION: string = packageFile.version
