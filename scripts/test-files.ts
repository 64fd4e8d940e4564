import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export const root = join(import.meta.dirname, '..')

const TESTS = '**/*.test.{ts,tsx}'

/**
 * What makes a test slow: it starts other processes, by one of these, in its own file or in one of
 * `test/`, `bench/` or `scripts/` that it imports. So tests in a pseudo-terminal, of chaos, of the
 * built program and on MongoDB are slow without being listed.
 */
const STARTS_PROCESSES = ['node:child_process', '@lydell/node-pty']

/** Every test of the project, by its path from the root. */
export const allTests = (): readonly string[] => globSync(`test/${TESTS}`, { cwd: root }).toSorted()

/** The tests that start no other process; they need no build. */
export const fastTests = (): readonly string[] => allTests().filter(file => !startsProcesses(file))

/** The tests that somebody named: files and patterns as they are, and all tests in a folder. */
export const namedTests = (names: readonly string[]): readonly string[] =>
  names.map(name =>
    statSync(resolve(root, name), { throwIfNoEntry: false })?.isDirectory() ? join(name, TESTS) : name,
  )

function startsProcesses(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return false
  seen.add(file)
  const source = readFileSync(join(root, file), 'utf8')
  return Array.from(source.matchAll(/\bfrom '([^']+)'/g), ([, specifier = '']) => specifier).some(
    specifier => {
      if (!specifier.startsWith('.')) return STARTS_PROCESSES.includes(specifier)
      const imported = relative(root, resolve(root, dirname(file), specifier))
      const isOfTests = /^(?:test|bench|scripts)\//.test(imported)
      return isOfTests && existsSync(join(root, imported)) && startsProcesses(imported, seen)
    },
  )
}
