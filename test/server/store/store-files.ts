import { cpSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The paths of all files below a directory. The lock's socket is none. */
export const filesIn = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()

/** The paths below a directory whose name or content has `trace` in it. */
export function tracesIn(directory: string, trace: string): readonly string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const named = names.map(name => join(directory, name)).filter(path => path.includes(trace))
  return [...named, ...filesIn(directory).filter(path => readFileSync(path).includes(trace))]
}

/** What a server that is killed now would leave: its files as they are. */
export function copyFiles(from: string, to: string): string {
  cpSync(from, to, { recursive: true, filter: path => !lstatSync(path).isSocket() })
  return to
}

/** The files with the messages of a room, oldest first. */
export const segmentsOf = (directory: string, room: string): readonly string[] =>
  filesIn(join(directory, 'rooms', room)).filter(path => path.endsWith('.jsonl'))
