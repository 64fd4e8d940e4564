import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DevServer } from '../../scripts/dev/server.ts'
import { SOURCES, watchSources } from '../../scripts/dev/watch-sources.ts'
import { freePort, isListening } from '../support/server-process.ts'

test('the server of a developer has one room, which is still there after it was started again', async t => {
  const data = await mkdtemp(join(tmpdir(), 'gifchat-dev-test-'))
  t.after(() => rm(data, { recursive: true, force: true }))
  const port = await freePort()
  let said = ''
  {
    const say = (text: string) => {
      said += text
    }
    await using server = new DevServer({ port, data, args: [], say })
    await server.start()
    const room = await server.meetingRoom()
    assert.equal(await server.meetingRoom(), room)
    await server.restart()
    assert.equal(await server.meetingRoom(), room)
  }
  assert.match(said, new RegExp(`ws://127\\.0\\.0\\.1:${port}`))
  assert.equal(await isListening(port), false)
})

test('a server that cannot start says why', async () => {
  let said = ''
  const say = (text: string) => {
    said += text
  }
  await using server = new DevServer({ port: 1, data: '', args: ['--port', 'none'], say })
  await assert.rejects(server.start(), /the server ended with 2/)
  assert.match(said, /--port/)
})

test('changes to the sources that come together are one task, and none runs after the end', async t => {
  const root = await mkdtemp(join(tmpdir(), 'gifchat-watch-test-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  for (const path of SOURCES) {
    if (path.includes('.')) await writeFile(join(root, path), '')
    else await mkdir(join(root, path, 'inside'), { recursive: true })
  }
  let runs = 0
  const { promise: ran, resolve } = Promise.withResolvers<void>()
  {
    await using _watch = watchSources(root, async () => {
      runs++
      resolve()
    })
    writeFileSync(join(root, 'cli/inside/one.ts'), 'changed')
    writeFileSync(join(root, 'server/two.ts'), 'changed')
    await ran
    await writeFile(join(root, 'build.js'), 'changed')
  }
  assert.equal(runs, 1)
})
