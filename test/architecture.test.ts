import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { ARROWS } from './support/rooms.ts'

const root = join(import.meta.dirname, '..')
const files = globSync('{protocol,gif,server,cli}/**/*.{ts,tsx}', { cwd: root }).toSorted()

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

const roomOf = (file: string): string =>
  Object.keys(ARROWS)
    .filter(room => file.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0] ?? file

/** Imports of files in another room, except where the client loads the server. */
const crossings = imports.flatMap(({ from, to, isDynamic }) => {
  if (to === undefined || to === 'package.json' || (isDynamic && to.startsWith('server/'))) return []
  const [here, there] = [roomOf(from), roomOf(to)]
  return here === there ? [] : [{ from, to, here, there }]
})

test('rule 1: arrows between the rooms point one way', () => {
  assert.deepEqual(
    crossings.filter(({ here, there }) => !ARROWS[here]?.includes(there)),
    [],
  )
  const rooms = Object.keys(ARROWS)
  for (const [room, others] of Object.entries(ARROWS)) {
    for (const other of others) assert.ok(!reaches(other, room), `${room} ← ${other} goes round`)
    assert.ok(rooms.includes(room))
  }
})

/** Whether arrows lead from one room to another. */
function reaches(from: string, to: string): boolean {
  return from === to || (ARROWS[from] ?? []).some(next => reaches(next, to))
}

test('rule 1: every room exists, and every arrow is used', () => {
  const used = new Set(crossings.map(({ here, there }) => `${here} → ${there}`))
  const declared = Object.entries(ARROWS).flatMap(([here, all]) => all.map(there => `${here} → ${there}`))
  assert.deepEqual(
    declared.filter(arrow => !used.has(arrow)),
    [],
  )
  const empty = Object.keys(ARROWS).filter(room => !files.some(file => roomOf(file) === room))
  assert.deepEqual(empty, [])
})

test('rule 1: cli/ loads server/ by dynamic import only, and server/ never loads cli/', () => {
  const doors = imports.filter(({ from, to }) => from.startsWith('cli/') && to?.startsWith('server/'))
  assert.deepEqual(
    doors.filter(({ isDynamic, from }) => !isDynamic || !/^cli\/(?:commands|frontend)\//.test(from)),
    [],
  )
  assert.deepEqual(
    imports.filter(({ from, to }) => from.startsWith('server/') && to?.startsWith('cli/')),
    [],
  )
})

test('rule 1: there is no cycle of imports, including type imports', () => {
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
    ink: ['cli/ui/'],
    react: ['cli/ui/'],
    redis: ['server/cluster/'],
    zod: [
      'protocol/',
      'server/config.ts',
      'server/settings/',
      'server/cluster/envelope.ts',
      'server/cluster/room-state.ts',
    ],
  }
  const wrong = imports.filter(({ from, specifier }) => {
    const allowed = owners[specifier]
    return allowed !== undefined && !allowed.some(owner => from.startsWith(owner))
  })
  assert.deepEqual(wrong, [])
  for (const [library, places] of Object.entries(owners)) {
    for (const place of places) {
      const isUsed = imports.some(({ from, specifier }) => specifier === library && from.startsWith(place))
      assert.ok(isUsed, `${place} does not import ${library}`)
    }
  }
})

test('rule 2: only cli/terminal/ writes escape sequences', () => {
  const wrong = files.filter(file => {
    if (file.startsWith('cli/terminal/')) return false
    return /\\x1b|\\u001b|\\u\{1b\}|\\x9b|\\u009b/i.test(readFileSync(join(root, file), 'utf8'))
  })
  assert.deepEqual(wrong, [])
})

test('rule 2: the code that shows the app gets its terminal as an argument, and not from the process', () => {
  const wrong = files.filter(
    file =>
      /^cli\/(?:app|frontend|linear|ui)\//.test(file) &&
      // Ink must write colours for every terminal. The theme decides which.
      file !== 'cli/ui/force-color.ts' &&
      /process\.(?:stdin|stdout|stderr|env)\b/.test(readFileSync(join(root, file), 'utf8')),
  )
  assert.deepEqual(wrong, [])
})

test('rule 4: no file over 300 lines, no folder for odds and ends, no enum', () => {
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

test('rule 4: no folder has more than 22 files, and cli/ has no more than a dozen rooms', () => {
  const full = [...Map.groupBy(files, dirname)].filter(([, inside]) => inside.length > 22)
  assert.deepEqual(full, [])
  const rooms = files.filter(file => /^cli\/.*\//.test(file)).map(file => file.split('/')[1])
  assert.ok(new Set(rooms).size <= 12, [...new Set(rooms)].join(' '))
})

test('the tests mirror the tree: each folder of tests has a folder of code, or is a tool of one', () => {
  const tools = ['test/server/store/mongo-wire']
  const folders = globSync('test/{protocol,gif,server,cli}/**/*.{ts,tsx}', { cwd: root }).map(dirname)
  const strays = [...new Set(folders)].filter(folder => !existsSync(join(root, folder.slice('test/'.length))))
  assert.deepEqual(strays, tools)
})

test('the imports that these tests read are complete', () => {
  assert.ok(
    imports.some(({ from, to }) => from === 'server/chat/room.ts' && to === 'server/chat/room-seats.ts'),
  )
  assert.ok(
    imports.some(
      ({ from, specifier }) => from === 'server/transport/websocket-listener.ts' && specifier === 'ws',
    ),
  )
  assert.ok(imports.length > files.length)
})
