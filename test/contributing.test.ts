import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ARROWS } from './support/rooms.ts'

const root = join(import.meta.dirname, '..')
const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')

const section = (title: string): string =>
  guide.split(/^## /m).find(part => part.startsWith(`${title}\n`)) ?? ''

/** The floors of each picture of the map, from the top down: the rooms that stand on each. */
const pictures = Array.from(section('The map').matchAll(/^```\n([\s\S]*?)^```$/gm), ([, picture = '']) =>
  picture
    .trimEnd()
    .split('\n\n')
    .map(floor => floor.split('\n').map(room => room.split(/ {2,}/))),
)

test('the map shows every room, and no other', () => {
  const drawn = new Set(pictures.flat(2).map(([room]) => room))
  assert.deepEqual([...drawn].toSorted(), Object.keys(ARROWS).toSorted())
})

test('the map says in a few words what is in each room', () => {
  const silent = pictures.flat(2).filter(([, words = '']) => words === '')
  assert.deepEqual(silent, [])
})

test('on the map a room imports only from the floors below it', () => {
  for (const floors of pictures) {
    const floorOf = new Map(
      floors.flatMap((rooms, floor) => rooms.map(([room = '']) => [room, floor] as const)),
    )
    for (const [room, floor] of floorOf) {
      for (const other of ARROWS[room] ?? []) {
        const below = floorOf.get(other)
        assert.ok(below !== undefined && below > floor, `${room} imports ${other}`)
      }
    }
  }
})

/** The functions and classes that files export, with their files. */
const exported = globSync('{protocol,gif,server,cli}/**/*.{ts,tsx}', { cwd: root }).flatMap(file =>
  Array.from(
    readFileSync(join(root, file), 'utf8').matchAll(
      /^export (?:async )?(?:function\*? |class |const (?=\w+ = (?:async )?[(<]))(\w+)/gm,
    ),
    ([, name = '']) => ({ name, file }),
  ),
)

test('no two files export a function or class of one name', () => {
  const shared = [...Map.groupBy(exported, ({ name }) => name).values()].filter(files => files.length > 1)
  assert.deepEqual(shared, [])
  assert.ok(exported.length >= 400, `${exported.length} names`)
})

test('names that tell their room are nowhere else', () => {
  const rules = [...section('The map').matchAll(/`(\w*)…(\w*)` in\s+`([^`]+)`/g)]
  assert.ok(rules.length >= 9, `${rules.length} rules`)
  for (const [, start = '', end = '', room = ''] of rules) {
    const pattern = new RegExp(end === '' ? `^${start}[A-Z]` : `${end}$`)
    const named = exported.filter(({ name }) => pattern.test(name))
    assert.ok(named.length > 0, `${start}…${end}`)
    assert.deepEqual(
      named.filter(({ file }) => !file.startsWith(`${room}/`)),
      [],
    )
  }
})

test('every step of the walks names a file and a function in it', () => {
  const steps = [...section('The walks').matchAll(/^\d+\. `([^`]+)` `([^`]+)`/gm)]
  assert.ok(steps.length >= 40, `${steps.length} steps`)
  const lost = steps
    .map(([, file = '', name = '']) => ({ file, name }))
    .filter(({ file, name }) => !existsSync(join(root, file)) || !defines(file, name))
  assert.deepEqual(lost, [])
  for (const walk of ['A message', 'A GIF', 'A resume', 'A purge'])
    assert.match(section('The walks'), new RegExp(`^### ${walk}$`, 'm'))
})

/**
 * Whether a file defines a function or constant of this name at its first level, or a class or an
 * interface a member. A constant inside a function does not count.
 */
function defines(file: string, name: string): boolean {
  const source = readFileSync(join(root, file), 'utf8')
  const top = `(?:export )?(?:async )?(?:function\\*? |const |class )${name}\\b`
  const member = ` {2}(?:async |readonly |static |get )?${name}\\b(?: = |\\(|<)`
  return new RegExp(`^(?:${top}|${member})`, 'm').test(source)
}

test('a name that is only used, or only local, is no step of a walk', () => {
  assert.ok(defines('cli/app/update/app-step.ts', 'stepApp'))
  assert.ok(defines('server/chat/room-history.ts', 'postMessage'))
  assert.ok(!defines('cli/app/update/chat-keys.ts', 'step'))
  assert.ok(!defines('cli/app/update/app-step.ts', 'stepChatKey'))
})
