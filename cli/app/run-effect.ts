import type { ChatClient, OutgoingHandle } from '../connection/client-events.ts'
import { FileError } from '../files/file-error.ts'
import { typedFilePath } from '../files/file-path.ts'
import type { GifFileViewer } from '../files/gif-file-viewer.ts'
import { writeNewFile } from '../files/new-file.ts'
import { isGifTooLarge, shrinkGifFile } from '../files/smaller-gif-file.ts'
import type { GifStage } from '../gif/gif-stage.ts'
import type { CompletionFileLister } from './completion-file-lister.ts'
import type { HostedServer } from './hosted-server.ts'
import type { AppEvent, Effect } from './model/app-state.ts'
import { readableMessages } from './model/readable-event.ts'
import { readNewerPage } from './read-newer-page.ts'
import type { ServerVisits } from './visits.ts'

interface EffectWorld {
  readonly client: ChatClient
  /** Undefined if the terminal can't show pictures. Each GIF is then a line of text. */
  readonly stage: GifStage | undefined
  readonly viewer: Pick<GifFileViewer, 'showGif'>
  /** Rings the terminal's bell. */
  ring(): void
  /** Puts a text on the clipboard. */
  copy(text: string): void
  readonly files: CompletionFileLister
  /** The server that this program runs itself, if it does. */
  readonly hosted: HostedServer | undefined
  /** Runs a server again after the one of this program was lost. */
  hostAgain(): Promise<void>
  readonly visits: ServerVisits
  dispatch(event: AppEvent): void
  quit(): void
}

type PostGif = Extract<Effect, { type: 'postGif' }>

/** A smaller GIF is made to the end. The worker keeps no program alive. */
const NEVER = new AbortController().signal

/** Runs an effect. Its results are dispatched as events. */
export function runEffect(effect: Effect, world: EffectWorld): void {
  const { client, stage, viewer, files, ring, copy, hosted, hostAgain, visits, dispatch, quit } = world
  switch (effect.type) {
    case 'create': {
      const { password } = effect.room
      client
        .createRoom(effect.room)
        .then(room => client.join(room.id, { isPatient: true, ...(password !== undefined && { password }) }))
        .catch((error: unknown) => dispatch({ type: 'createRefused', error }))
      break
    }
    case 'join': {
      const { room, password } = effect
      client
        .join(room, password === undefined ? {} : { password })
        .catch((error: unknown) => dispatch({ type: 'joinRefused', room, error }))
      break
    }
    case 'leave':
      ignoreFailure(client.leave(effect.room))
      break
    case 'watchRooms':
      ignoreFailure(client.watchRooms())
      break
    case 'unwatchRooms':
      ignoreFailure(client.unwatchRooms())
      break
    case 'say':
      ignoreFailure(client.send(effect.room, effect.text, effect.replyTo).acked)
      break
    case 'postGif':
      reportFileProblem(
        effect,
        client.sendGif(effect.room, typedFilePath(effect.path), effect.replyTo, effect.smaller),
      )
      break
    case 'hintTyping':
      client.hintTyping(effect.room)
      break
    case 'retry':
      client.retry(effect.message)
      break
    case 'discard':
      client.discard(effect.message)
      break
    case 'saveGif': {
      const { room, gif, path } = effect
      client
        .fetchGif(room, gif)
        .then(bytes => writeNewFile(typedFilePath(path), bytes))
        .then(
          written => dispatch({ type: 'gifSaved', room, path: written }),
          (error: unknown) => dispatch({ type: 'fileRefused', path, error }),
        )
      break
    }
    case 'openGif':
      client
        .fetchGif(effect.room, effect.gif)
        .then(bytes => viewer.showGif(bytes))
        .catch((error: unknown) => dispatch({ type: 'openFailed', error }))
      break
    case 'scrolled':
      stage?.pauseForScroll()
      break
    case 'loadOlder': {
      const { room, beforeSeq } = effect
      client.history(room, beforeSeq).then(
        messages => dispatch({ type: 'olderLoaded', room, messages: readableMessages(messages) }),
        (error: unknown) => dispatch({ type: 'olderFailed', room, error }),
      )
      break
    }
    case 'loadNewer': {
      const { room, afterSeq } = effect
      readNewerPage(client, room, afterSeq).then(
        messages => dispatch({ type: 'newerLoaded', room, messages: readableMessages(messages) }),
        (error: unknown) => dispatch({ type: 'olderFailed', room, error }),
      )
      break
    }
    case 'lookUp': {
      const { room, beforeSeq, limit } = effect
      client.history(room, beforeSeq, limit).then(
        messages => dispatch({ type: 'lookedUp', room, beforeSeq, messages: readableMessages(messages) }),
        (error: unknown) => dispatch({ type: 'olderFailed', room, error }),
      )
      break
    }
    case 'loadQuote': {
      const { room, seq } = effect
      ignoreFailure(
        client.history(room, seq + 1, 1).then(messages => {
          const message = readableMessages(messages).find(found => found.seq === seq)
          dispatch({ type: 'quoteLoaded', room, seq, message })
        }),
      )
      break
    }
    case 'loadGif': {
      const { room, gif, box } = effect
      if (stage === undefined) break
      stage.prepareDecoder()
      client
        .awaitGif(room, gif)
        .then(bytes => stage.loadGif(bytes, box))
        .then(
          picture => dispatch({ type: 'gifReady', room, gif, picture, box }),
          (error: unknown) => dispatch({ type: 'gifBroken', room, gif, error }),
        )
      break
    }
    case 'copy':
      copy(effect.text)
      break
    case 'ring':
      ring()
      break
    case 'loadEmoji':
      ignoreFailure(
        import('../i18n/emoji-names.ts').then(({ emojiNames: names }) =>
          dispatch({ type: 'emojiLoaded', names }),
        ),
      )
      break
    case 'listFiles':
      files.listForCompletion(effect.directory, listed =>
        dispatch({ ...effect, type: 'filesListed', files: listed }),
      )
      break
    case 'forgetFiles':
      files.forgetListing()
      break
    case 'reconnect':
      client.reconnectNow()
      break
    case 'share':
      hosted?.share().then(servers => dispatch({ type: 'shared', servers }), reportHostingFailure)
      break
    case 'visit':
      guestsOf(effect.isConfirmed ? undefined : hosted).then(guests => {
        if (guests > 0) dispatch({ type: 'guestsRemainOnVisit', guests })
        else visits.seekServer(effect.invite, error => dispatch({ type: 'visitFailed', error }))
      })
      break
    case 'forgetVisit':
      visits.forgetServer()
      break
    case 'quitUnlessGuests':
      guestsOf(hosted).then(guests => (guests === 0 ? quit() : dispatch({ type: 'guestsRemain', guests })))
      break
    case 'hostAgain':
      hostAgain().catch(reportHostingFailure)
      break
    case 'detach':
      hosted?.detach().then(quit, reportHostingFailure)
      break
    case 'quit':
      quit()
      break
    default:
      effect satisfies never
  }

  function reportHostingFailure(error: unknown): void {
    dispatch({ type: 'hostingFailed', error })
  }

  /**
   * A refused message stays on the screen as failed. A file that can't be sent becomes no message.
   */
  function reportFileProblem(posted: PostGif, { acked, clientMessageId }: OutgoingHandle): void {
    acked.catch((error: unknown) => {
      if (!(error instanceof FileError)) return
      client.discard(clientMessageId)
      dispatch({ type: 'fileRefused', path: posted.path, error })
      if (isGifTooLarge(error)) offerSmallerGif(posted, error)
    })
  }

  /** If that fails too, the first reason is what somebody should know. */
  function offerSmallerGif({ room, path }: PostGif, refusal: FileError): void {
    dispatch({ type: 'gifShrinking', room, path })
    shrinkGifFile(typedFilePath(path), client.mostGifBytes, NEVER).then(
      gif => dispatch({ type: 'gifShrunk', room, path, gif }),
      () => dispatch({ type: 'openFailed', error: refusal }),
    )
  }
}

/** A server that does not answer is no reason to stay. */
const guestsOf = async (hosted: HostedServer | undefined): Promise<number> =>
  (await hosted?.countGuests().catch(() => 0)) ?? 0

/** For requests whose failure the client repairs itself after it reconnects. */
const ignoreFailure = (promise: Promise<unknown>): void => {
  promise.catch(() => undefined)
}
