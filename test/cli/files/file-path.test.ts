import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { givenFilePath, type PathPlaces, typedFilePath } from '../../../cli/files/file-path.ts'

/** Two people have a home here: me and you. */
const places = (platform: NodeJS.Platform, homes: string): PathPlaces => ({
  platform,
  homeOf: user => (['', 'you'].includes(user) ? homes + (user || 'me') : undefined),
})

const cases: readonly (readonly [string, string, string])[] = [
  ['a plain path', './cat.gif', './cat.gif'],
  ['white space around it', '  ./cat.gif \n', './cat.gif'],
  ['spaces as typed', 'my party.gif', 'my party.gif'],
  ['the home directory', '~', '/home/me'],
  ['a file at home', '~/cat.gif', '/home/me/cat.gif'],
  ['somebody else’s home', '~you/cat.gif', '/home/you/cat.gif'],
  ['the home of nobody', '~nobody-here/cat.gif', '~nobody-here/cat.gif'],
  ['a name that begins with a tilde', '~cat.gif', '~cat.gif'],
  ['the variable for the home', '$HOME/my\\ cat.gif', '/home/me/my cat.gif'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's variable, not ours
  ['the variable in braces and quotes', '"${HOME}/my cat.gif"', '/home/me/my cat.gif'],
  ['the variable in single quotes, as it stands', "'$HOME/cat.gif'", '$HOME/cat.gif'],
  ['another variable, as it stands', '$HOMES/cat.gif', '$HOMES/cat.gif'],
  ['a quoted tilde, as it stands', "'~/cat.gif'", '~/cat.gif'],
  ['single quotes', "'/tmp/my party.gif'", '/tmp/my party.gif'],
  ['double quotes', '"/tmp/my party.gif"', '/tmp/my party.gif'],
  ['an apostrophe as VTE pastes it', "'/tmp/it'\\''s.gif'", "/tmp/it's.gif"],
  ['an apostrophe as typed', "/tmp/it's.gif", "/tmp/it's.gif"],
  ['escaped spaces', '/tmp/my\\ party\\ \\(1\\).gif', '/tmp/my party (1).gif'],
  ['a backslash in double quotes', '"/tmp/a\\"b\\n.gif"', '/tmp/a"b\\n.gif'],
  ['a backslash at the end', '/tmp/a\\', '/tmp/a\\'],
  ['a URL', 'file:///tmp/my%20party.gif', '/tmp/my party.gif'],
  ['a URL with a host', 'file://laptop/tmp/cat.gif', '/tmp/cat.gif'],
  ['a quoted URL', "'file:///tmp/%EA%B3%A0%EC%96%91%EC%9D%B4.gif'", '/tmp/고양이.gif'],
  ['a path of Windows, whole', 'C:\\Users\\me\\cat.gif', 'C:\\Users\\me\\cat.gif'],
  ['a quoted path of Windows', '"C:\\my cats\\cat.gif"', 'C:\\my cats\\cat.gif'],
  ['a URL that is none', 'file:///tmp/%zz', 'file:///tmp/%zz'],
  ['nothing', '', ''],
]

for (const [name, typed, meant] of cases) {
  test(`a path: ${name}`, () => assert.equal(typedFilePath(typed, places('linux', '/home/')), meant))
}

test('a path: on Windows a backslash separates directories', () => {
  assert.equal(
    typedFilePath('"C:\\my pictures\\cat.gif"', places('win32', 'C:\\Users\\')),
    'C:\\my pictures\\cat.gif',
  )
  assert.equal(typedFilePath('~\\cat.gif', places('win32', 'C:\\Users\\')), 'C:\\Users\\me\\cat.gif')
})

test('a path from a shell is taken as it stands, before it may be a URL or begin with a home', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-given-'))
  t.after(() => rm(directory, { recursive: true }))
  const here = { ...places('linux', ''), homeOf: () => directory }
  for (const name of ["'a'.gif", 'a.gif', 'back\\slash.gif', 'backslash.gif', ' spaced.gif ', '$HOME.gif'])
    await writeFile(join(directory, name), '')
  for (const name of ["'a'.gif", 'a.gif', 'back\\slash.gif', ' spaced.gif ', '$HOME.gif'])
    assert.equal(await givenFilePath(join(directory, name), here), join(directory, name))
  const a = join(directory, 'a.gif')
  assert.equal(await givenFilePath('~/a.gif', here), a)
  assert.equal(await givenFilePath('$HOME/a.gif', here), a)
  assert.equal(await givenFilePath(`file://${a}`, here), a)
  assert.equal(await givenFilePath('"a".gif', here), '"a".gif')
})
