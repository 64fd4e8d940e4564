import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const files = globSync('{protocol,server,cli}/**/*.{ts,tsx}', { cwd: root }).toSorted()

interface Import {
  readonly from: string
  readonly specifier: string
  /** The imported file inside the project, if it is one. */
  readonly to: string | undefined
  readonly isDynamic: boolean
}

const imports = files.flatMap(file => importsOf(file))

function importsOf(file: string): readonly Import[] {
  const source = readFileSync(join(root, file), 'utf8')
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*?(?:\{[^}]*\}[^'"\n;]*?)?from\s+['"]([^'"]+)['"]|(?:^|\n)import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g
  return Array.from(source.matchAll(pattern), ([, fromClause, bare, dynamic]) => {
    const specifier = fromClause ?? bare ?? dynamic ?? ''
    const to = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : undefined
    return { from: file, specifier, to, isDynamic: dynamic !== undefined }
  })
}

/** A room of the house: each may import itself and the rooms named. The longest prefix of a file's path is its room. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  'server/chat': ['protocol'],
  'server/gif': ['protocol'],
  'server/identity': ['protocol'],
  'server/store': ['protocol', 'server/chat'],
  'server/session': ['protocol', 'server/chat', 'server/identity'],
  'server/transport': ['protocol', 'server/chat', 'server/identity', 'server/gif', 'server/session'],
  server: [
    'protocol',
    'server/chat',
    'server/identity',
    'server/store',
    'server/session',
    'server/transport',
  ],
  'cli/connection': ['protocol'],
  'cli/identity': ['protocol'],
  'cli/terminal': ['protocol'],
  'cli/gif': ['protocol', 'cli/terminal'],
  'cli/i18n': ['protocol', 'cli/connection', 'cli/identity'],
  'cli/state': ['protocol', 'cli/connection', 'cli/i18n', 'cli/terminal', 'cli/gif', 'cli/identity'],
  'cli/hooks': [
    'protocol',
    'cli/connection',
    'cli/state',
    'cli/i18n',
    'cli/terminal',
    'cli/gif',
    'cli/identity',
  ],
  'cli/ui': [
    'protocol',
    'cli/connection',
    'cli/state',
    'cli/hooks',
    'cli/i18n',
    'cli/terminal',
    'cli/gif',
    'cli/identity',
  ],
  'cli/linear': [
    'protocol',
    'cli/connection',
    'cli/state',
    'cli/hooks',
    'cli/i18n',
    'cli/terminal',
    'cli/gif',
    'cli/identity',
  ],
  'cli/commands': [
    'protocol',
    'cli/connection',
    'cli/state',
    'cli/hooks',
    'cli/ui',
    'cli/linear',
    'cli/i18n',
    'cli/terminal',
    'cli/gif',
    'cli/identity',
  ],
  cli: ['protocol', 'cli/commands', 'cli/i18n', 'cli/terminal'],
}

const roomOf = (file: string): string =>
  Object.keys(ARROWS)
    .filter(room => file.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0] ?? file

test('rule 1: arrows between the rooms point one way', () => {
  const wrong = imports
    .filter(({ to, isDynamic }) => to !== undefined && !(isDynamic && to.startsWith('server/')))
    .filter(({ from, to }) => {
      const [here, there] = [roomOf(from), roomOf(to ?? '')]
      return here !== there && there !== 'package.json' && !ARROWS[here]?.includes(there)
    })
  assert.deepEqual(wrong, [])
})

test('rule 1: the terminal loads the server by dynamic import alone, and the server never the terminal', () => {
  const doors = imports.filter(({ from, to }) => from.startsWith('cli/') && to?.startsWith('server/'))
  assert.deepEqual(
    doors.filter(({ isDynamic, from }) => !isDynamic || !from.startsWith('cli/commands/')),
    [],
  )
  assert.deepEqual(
    imports.filter(({ from, to }) => from.startsWith('server/') && to?.startsWith('cli/')),
    [],
  )
})

test('rule 1: no file imports itself round a corner, type imports included', () => {
  const targets = Map.groupBy(
    imports.filter(({ to, isDynamic }) => to !== undefined && !isDynamic),
    ({ from }) => from,
  )
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const { to } of targets.get(file) ?? []) visit(to ?? '', [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  assert.deepEqual(cycles, [])
})

test('rule 2: each library has one owner', () => {
  const owners: Readonly<Record<string, readonly string[]>> = {
    ws: ['server/transport/', 'cli/connection/socket.ts'],
    mongoose: ['server/store/mongo/'],
    'node:sqlite': ['server/store/embedded/'],
    redis: ['server/cluster/'],
    ink: ['cli/ui/', 'cli/hooks/', 'cli/main.ts'],
    zod: ['protocol/', 'server/config.ts'],
  }
  const wrong = imports.filter(({ from, specifier }) => {
    const allowed = owners[specifier]
    return allowed !== undefined && !allowed.some(owner => from.startsWith(owner))
  })
  assert.deepEqual(wrong, [])
})

test('rule 2: escape sequences are written in cli/terminal alone', () => {
  const wrong = files.filter(file => {
    if (file.startsWith('cli/terminal/')) return false
    return /\\x1b|\\u001b|\\u\{1b\}|\\x9b|\\u009b/i.test(readFileSync(join(root, file), 'utf8'))
  })
  assert.deepEqual(wrong, [])
})

test('rule 4: no file is over 300 lines, no folder is a drawer, no enum', () => {
  const everything = [...files, ...globSync('{test,bench}/**/*.{ts,tsx}', { cwd: root })]
  const long = everything
    .map(file => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > 300)
  assert.deepEqual(long, [])
  assert.deepEqual(
    everything.filter(file => /(^|\/)(utils?|helpers?|common|misc)(\/|\.ts)/.test(file)),
    [],
  )
  assert.deepEqual(
    files.filter(file => /^\s*(export\s+)?(const\s+)?enum\s/m.test(readFileSync(join(root, file), 'utf8'))),
    [],
  )
})

test('rule 4: a barrel is not imported from inside its own folder', () => {
  const wrong = imports.filter(({ from, to }) => {
    if (to === undefined || !/(^|\/)index\.tsx?$/.test(to)) return false
    return !relative(dirname(to), from).startsWith('..')
  })
  assert.deepEqual(wrong, [])
})

test('the reading of imports sees what it must see', () => {
  assert.ok(imports.some(({ from, to }) => from === 'server/chat/room.ts' && to === 'server/chat/seats.ts'))
  assert.ok(
    imports.some(
      ({ from, specifier }) => from === 'server/transport/websocket-listener.ts' && specifier === 'ws',
    ),
  )
  assert.ok(imports.length > files.length)
})
