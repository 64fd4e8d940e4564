import { promises } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { openEmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { roomOf, say, silentLog } from './store-samples.ts'

/**
 * A server's process as far as its embedded store goes, to be killed by a test. `append` writes the
 * seq of each stored message on a line; `purge` dies by its own hand before the `step`th time that
 * it opens, unlinks or removes something for the purge of a room, and ends with 0 when there are
 * fewer steps.
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
for (const name of ['open', 'unlink', 'rmdir'] as const) {
  const original: (...args: never[]) => unknown = promises[name]
  Object.assign(promises, {
    [name]: (...args: never[]) => {
      if (--left === 0) process.kill(process.pid, 'SIGKILL')
      return original(...args)
    },
  })
}
syncBuiltinESMExports()
await store.purgeRooms([room])
await store.close()
