// Prints each line of a comment that is too wide, and fails if there is one: npm run
// check:comments.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WIDEST_COMMENT, wideCommentLines } from './comment-lines.ts'

const root = join(import.meta.dirname, '..')
const files = globSync('**/*.{ts,tsx,js}', {
  cwd: root,
  exclude: folder => ['node_modules', 'dist', '.git'].includes(folder),
}).toSorted()

const found = files.flatMap(file =>
  wideCommentLines(readFileSync(join(root, file), 'utf8')).map(
    ({ line, columns }) => `${file}:${line} has ${columns} columns`,
  ),
)
for (const line of found) process.stdout.write(`${line}\n`)
if (found.length > 0) {
  process.stderr.write(`${found.length} lines of comments are wider than ${WIDEST_COMMENT} columns.\n`)
  process.exitCode = 1
}
