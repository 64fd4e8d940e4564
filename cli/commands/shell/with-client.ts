import { RequestError } from '../../../protocol/error-codes.ts'
import type { Role } from '../../../protocol/model.ts'
import { type ChatClient, type ClientEvent, ServerUnreachableError } from '../../connection/client-events.ts'
import { SILENT } from '../../connection/pending-requests.ts'
import type { Texts } from '../../i18n/en.ts'
import { problemSentence } from '../../i18n/problem-sentence.ts'
import { openTokenFile, type TokenFile } from '../../identity/token-file.ts'
import { createCommandClient } from './command-client.ts'
import type { CommandContext } from './command-context.ts'
import { openDebugFile } from './debug-file.ts'
import { writeCommandNotice } from './run-command.ts'
import { type CommandOptions, tokenFileOption } from './settings.ts'

/** After how long somebody is told that the server has not answered yet, in milliseconds. */
export const TELL_WAIT_MS = 2_000
/** How long a command that only asks something waits for each answer, in milliseconds. */
const QUESTION_MS = 5_000

/**
 * Connects with the identity for this server, does `work`, and leaves politely even if the
 * command is stopped. `isQuestion` gives a silent server up sooner, since asking again costs
 * nothing.
 */
export async function withCommandClient<Result>(
  server: string,
  options: CommandOptions & {
    readonly isFresh?: boolean
    readonly role?: Role
    readonly isQuestion?: boolean
  },
  context: CommandContext,
  work: (client: ChatClient) => Promise<Result>,
): Promise<Result> {
  const { texts } = context
  const tell = (sentence: string) => writeCommandNotice(sentence, options, context)
  const tokenFile = openCommandTokenFile(options, context)
  const { isFresh = false, role, isQuestion = false } = options
  const answerMs = isQuestion ? QUESTION_MS : undefined
  const trace = openDebugFile(context.env, texts)
  const { client, saved } = await createCommandClient({
    server,
    tokenFile,
    env: context.env,
    isFresh,
    role,
    trace,
    answerMs,
  })
  client.subscribe(tellConnection(tell, server, texts))
  const close = () => void client.close()
  try {
    context.stopped.addEventListener('abort', close, { once: true })
    if (!context.stopped.aborted)
      await connectInTime(client, answerMs, () => tell(texts.script.waitsForServer(server)))
    return await work(client)
  } catch (error) {
    const isSilent = error instanceof RequestError && error.reason === SILENT
    throw isSilent ? new ServerUnreachableError('silent', server) : error
  } finally {
    context.stopped.removeEventListener('abort', close)
    await client.close()
    await saved()
    trace?.close()
  }
}

/** Connects. Rejects after `patienceMs`, unless the server has said that it lets us wait. */
async function connectInTime(
  client: ChatClient,
  patienceMs: number | undefined,
  tellWait: () => void,
): Promise<void> {
  const { promise: tooLong, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(new ServerUnreachableError('silent', client.server))
  const timers = [
    setTimeout(tellWait, TELL_WAIT_MS),
    ...(patienceMs === undefined ? [] : [setTimeout(giveUp, patienceMs)]),
  ]
  const stopWaiting = () => timers.forEach(clearTimeout)
  const unsubscribe = client.subscribe(event => {
    if (event.type === 'status' && event.status.state === 'queueing') stopWaiting()
  })
  try {
    await Promise.race([client.connect(), tooLong])
  } finally {
    unsubscribe()
    stopWaiting()
  }
}

/** The token file. Problems with it are told on standard error. */
export const openCommandTokenFile = (options: CommandOptions, context: CommandContext): TokenFile =>
  openTokenFile(tokenFileOption(options, context.env), problem =>
    writeCommandNotice(context.texts.problems.token(problem), options, context),
  )

/** Tells when the connection is lost, when it is back, and what lets us wait. */
function tellConnection(
  tell: (sentence: string) => void,
  server: string,
  texts: Texts,
): (event: ClientEvent) => void {
  const { script } = texts
  let toldDelay: string | undefined
  let toldCertificate: string | undefined
  let isLost = false
  let isQueueing = false
  return event => {
    if (event.type === 'serverRestart') tell(script.serverRestart)
    if (event.type === 'identity' && event.identity === 'replaced') tell(script.identityReplaced)
    if (event.type === 'outgoing' && event.message.delay !== undefined) {
      const { delay } = event.message
      if (delay.problem !== toldDelay) tell(script.uploadDelayed(problemSentence(delay)(texts)))
      toldDelay = delay.problem
    }
    if (event.type !== 'status') return
    const wasQueueing = isQueueing
    isQueueing = event.status.state === 'queueing'
    if (isQueueing && !wasQueueing) tell(script.queueing)
    if (event.status.state === 'waiting') {
      const { certificate } = event.status
      if (!isLost) tell(script.connectionLost)
      isLost = true
      if (certificate !== undefined && certificate !== toldCertificate)
        tell(texts.problems.unreachable[certificate](server))
      toldCertificate = certificate
    } else if (event.status.state === 'open' && isLost) {
      isLost = false
      tell(script.connectionBack)
    }
  }
}
