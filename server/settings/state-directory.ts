import { closeSync, fstatSync } from 'node:fs'
import { join } from 'node:path'
import {
  FLAGS,
  isOfAnother,
  keepOthersOut,
  makeStoreDirectories,
  openStoreFile,
} from '../store/embedded/store-files.ts'
import { stateDirectory } from './user-directories.ts'

/** The file to which a server in the background writes its log. */
export const backgroundLogFile = (port: number): string => join(stateDirectory(), `serve-${port}.log`)

/** The directory with the sockets of servers in the background. */
export const socketsDirectory = (): string => join(stateDirectory(), 'servers')

/** Makes the directory with the sockets. Throws if it belongs to another user. */
export function openSocketsDirectory(): string {
  openStateDirectory(stateDirectory())
  openStateDirectory(socketsDirectory())
  return socketsDirectory()
}

/**
 * Opens the log of the server on this port, to append to it, and returns its descriptor. Throws if
 * it, or its directory, belongs to another user, and if a link is in its place.
 */
export function openBackgroundLog(port: number): number {
  openStateDirectory(stateDirectory())
  const path = backgroundLogFile(port)
  const log = openStoreFile(path, FLAGS.lines)
  if (!isOfAnother(fstatSync(log).uid)) return log
  closeSync(log)
  throw belongsToAnother(path)
}

function openStateDirectory(directory: string): void {
  makeStoreDirectories(directory)
  if (!keepOthersOut(directory)) throw belongsToAnother(directory)
}

const belongsToAnother = (path: string): Error => new Error(`EPERM: ${path} belongs to another user`)
