import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typedFilePath } from '../../../cli/files/file-path.ts'

const cases: readonly (readonly [string, string, string])[] = [
  ['a plain path', './cat.gif', './cat.gif'],
  ['white space around it', '  ./cat.gif \n', './cat.gif'],
  ['spaces as typed', 'my party.gif', 'my party.gif'],
  ['the home directory', '~', '/home/me'],
  ['a file at home', '~/cat.gif', '/home/me/cat.gif'],
  ['somebody else’s home, which only a shell knows', '~you/cat.gif', '~you/cat.gif'],
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
  ['a URL that is none', 'file:///tmp/%zz', 'file:///tmp/%zz'],
  ['nothing', '', ''],
]

for (const [name, typed, meant] of cases) {
  test(`a path: ${name}`, () => assert.equal(typedFilePath(typed, '/home/me', 'linux'), meant))
}

test('a path: on Windows a backslash separates directories', () => {
  assert.equal(
    typedFilePath('"C:\\my pictures\\cat.gif"', 'C:\\Users\\me', 'win32'),
    'C:\\my pictures\\cat.gif',
  )
  assert.equal(typedFilePath('~\\cat.gif', 'C:\\Users\\me', 'win32'), 'C:\\Users\\me\\cat.gif')
})
