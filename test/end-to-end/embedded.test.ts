import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort, ServerProcess } from '../support/server-process.ts'
import { playTwoTerminals } from './two-terminals.ts'

test('two terminals, one room, one GIF, no trace: embedded store', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'gifchat-end-to-end-'))
  const data = join(directory, 'data')
  {
    await using server = new ServerProcess({ port: await freePort(), data })
    await server.start()
    const readFiles = async () => {
      const entries = await readdir(data, { recursive: true, withFileTypes: true })
      const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
      const contents = await Promise.all(files.map(file => readFile(file, 'utf8')))
      return [...entries.map(entry => entry.name), ...contents].join('\n')
    }
    await playTwoTerminals(server, directory, readFiles)
  }
  await rm(directory, { recursive: true, force: true })
})
