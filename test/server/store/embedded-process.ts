import fs, { promises } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { roomOf, say, silentLog } from './store-samples.ts'

/**
 * A server's process as far as its embedded store goes, to be killed by a test. `append` writes the
 * seq of each stored message on a line. `purge` and `trim` die by their own hand before the
 * `step`th time that they open, move, unlink or remove something of a room, and end with 0 when
 * there are fewer steps.
 */
const [action, directory = '', room = '', step] = process.argv.slice(2)
const store = await openEmbeddedStore({ directory, durability: 'process', log: silentLog })

if (action === 'append') {
  await store.createRoom(roomOf('killed'))
  for (let seq = 1; ; seq++) {
    await store.appendMessages([{ room: 'killed', firstSeq: seq, messages: [say(`text ${seq}`, `${seq}`)] }])
    await new Promise(resolve => process.stdout.write(`${seq}\n`, resolve))
  }
}

let left = Number(step)
function dieBefore<Name extends string>(
  owner: Record<Name, (...args: never[]) => unknown>,
  name: Name,
): void {
  const original = owner[name]
  Object.assign(owner, {
    [name]: (...args: never[]) => {
      if (--left === 0) process.kill(process.pid, 'SIGKILL')
      return original(...args)
    },
  })
}
for (const name of ['open', 'unlink', 'rmdir'] as const) dieBefore(promises, name)
if (action === 'trim') dieBefore(fs, 'renameSync')
syncBuiltinESMExports()
if (action === 'trim') await store.trimRoom(room, 0)
else await store.purgeRooms([room])
await store.close()
