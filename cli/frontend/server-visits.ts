import type { ServerVisits } from '../app/visits.ts'
import type { KnownClient } from '../commands/shell/command-client.ts'
import type { ClientEvent } from '../connection/client-events.ts'
import type { Invite } from '../identity/invite-line.ts'

/** An invite whose server has said welcome. */
export interface Visit {
  readonly invite: Invite
  readonly known: KnownClient
  /** What happened to its client so far. Calling it ends the record. */
  takeEvents(): readonly ClientEvent[]
}

/**
 * Connects to the servers of invites, beside the connection that the app has. `onReached` is told
 * of the last one that was sought, and closes its client.
 */
export function seekServers(
  clientOf: (server: string) => Promise<KnownClient>,
  onReached: (visit: Visit) => void,
): ServerVisits {
  let sought: Invite | undefined
  const seek = async (invite: Invite, onFailed: (error: unknown) => void) => {
    const known = await clientOf(invite.server)
    const events: ClientEvent[] = []
    const stopRecord = known.client.subscribe(event => void events.push(event))
    const takeEvents = () => {
      stopRecord()
      return events
    }
    try {
      await known.client.connect()
      if (sought === invite) onReached({ invite, known, takeEvents })
      else await known.client.close()
    } catch (error) {
      await known.client.close()
      if (sought === invite) onFailed(error)
    }
  }
  return {
    seekServer(invite, onFailed) {
      sought = invite
      void seek(invite, onFailed)
    },
    forgetServer() {
      sought = undefined
    },
  }
}
