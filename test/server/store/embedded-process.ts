import { EmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { openDataDirectory } from '../../../server/store/embedded/open-data-directory.ts'
import { RoomsTable } from '../../../server/store/embedded/rooms-table.ts'
import { Transactions } from '../../../server/store/embedded/transactions.ts'
import { roomOf, say, silentLog } from './store-samples.ts'

/**
 * A server's process as far as its embedded store goes, to be killed by a test. `append` writes the seq of each stored
 * message on a line; `purge` dies by its own hand when the rooms are deleted and the file is not wiped yet.
 */
const [action, directory = '', ...rooms] = process.argv.slice(2)
const opened = openDataDirectory(directory, 'process')

if (action === 'append') {
  const store = new EmbeddedStore({ ...opened, log: silentLog })
  await store.createRoom(roomOf('killed'))
  for (let seq = 1; ; seq++) {
    await store.appendMessages([{ room: 'killed', firstSeq: seq, messages: [say(`text ${seq}`, `${seq}`)] }])
    await new Promise(resolve => process.stdout.write(`${seq}\n`, resolve))
  }
}

const transactions = new Transactions(opened.database)
const table = new RoomsTable(opened.database, transactions)
table.end(rooms)
process.kill(process.pid, 'SIGKILL')
