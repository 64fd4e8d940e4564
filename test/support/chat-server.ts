import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChatServer, type ServerLog, startChatServer } from '../../server/chat-server.ts'
import { type ConfigInput, readServerConfig } from '../../server/config.ts'

/** The log of a server, for tests of what must not be in it. */
class RecordedLog implements ServerLog {
  readonly lines: string[] = []
  debug = (details: object, message: string) => this.#record(details, message)
  info = (details: object, message: string) => this.#record(details, message)
  warn = (details: object, message: string) => this.#record(details, message)
  error = (details: object, message: string) => this.#record(details, message)

  #record(details: object, message: string): void {
    const error = 'error' in details && details.error instanceof Error ? details.error.stack : ''
    this.lines.push(`${message} ${JSON.stringify(details)} ${error}`)
  }
}

export interface TestServer extends ChatServer, AsyncDisposable {
  readonly directory: string
  readonly log: RecordedLog
}

/**
 * A real server on a free port with its own data directory. Both are gone afterwards. By default
 * its rate limits, and that of rooms for an address, are never reached.
 */
export async function startTestServer(
  settings: ConfigInput & { readonly keep?: string } = {},
): Promise<TestServer> {
  const { keep, ...flags } = settings
  const directory = keep ?? (await mkdtemp(join(tmpdir(), 'gifchat-server-')))
  const log = new RecordedLog()
  const config = readServerConfig(
    {
      port: 0,
      host: '127.0.0.1',
      data: directory,
      restartWindowMs: 0,
      roomsPerAddress: 1e6,
      messagesPerSecond: 1e6,
      messagesPerSecondPerAddress: 1e6,
      answerBytesPerSecondPerAddress: 1e12,
      answerBytesPerSecond: 1e12,
      requestsPerSecond: 1e6,
      joinsPerSecond: 1e6,
      creationsPerMinute: 1e6,
      identitiesPerMinute: 1e6,
      uploadsPerMinute: 1e6,
      ...flags,
    },
    {},
  )
  const server = await startChatServer(config, log)
  let isClosed = false
  const close = async () => {
    if (isClosed) return
    isClosed = true
    await server.close()
  }
  return {
    ...server,
    close,
    directory,
    log,
    async [Symbol.asyncDispose]() {
      await close()
      if (keep === undefined) await rm(directory, { recursive: true, force: true })
    },
  }
}
