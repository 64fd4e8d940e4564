import type { ChatClient } from '../connection/client-events.ts'
import type { Trace } from '../connection/trace.ts'
import type { GifFileViewer } from '../files/gif-file-viewer.ts'
import { GifError, type GifStage } from '../gif/gif-stage.ts'
import { CompletionFileLister } from './completion-file-lister.ts'
import type { HostedServer } from './hosted-server.ts'
import type { AppEvent, AppState, AppTimes } from './model/app-state.ts'
import { readableEvent } from './model/readable-event.ts'
import { maskSecretInput } from './model/secret-input.ts'
import { runEffect } from './run-effect.ts'
import { systemTimes } from './system-times.ts'
import { stepApp } from './update/app-step.ts'
import { msUntilStepTick } from './update/time/step-tick.ts'
import type { ServerVisits } from './visits.ts'

/** The least time between two redraws for network events. Keys redraw at once. */
const NETWORK_REDRAW_MS = 100

interface AppStoreOptions {
  readonly client: ChatClient
  readonly initial: AppState
  readonly stage?: GifStage | undefined
  readonly viewer?: Pick<GifFileViewer, 'showGif'>
  /** Rings the terminal's bell. */
  readonly ring?: () => void
  readonly copy?: (text: string) => void
  /** Returns the server that this program runs itself, if it does. */
  readonly hosted?: () => HostedServer | undefined
  readonly visits?: ServerVisits
  /** Runs a server again after the one of this program was lost. */
  readonly hostAgain?: () => Promise<void>
  /** Called with every event and effect. */
  readonly trace?: Trace | undefined
  readonly clock?: () => AppTimes
}

const NO_VIEWER: Pick<GifFileViewer, 'showGif'> = { showGif: () => Promise.reject(new GifError('noViewer')) }

const NO_VISITS: ServerVisits = { seekServer: () => {}, forgetServer: () => {} }

/** Holds the app's state, applies events to it and runs the effects that result. */
export class AppStore {
  /** Resolves when the user quits. */
  readonly ended: Promise<void>
  readonly #options: AppStoreOptions
  readonly #listeners = new Set<() => void>()
  readonly #unsubscribe: () => void
  readonly #quit: () => void
  readonly #clock: () => AppTimes
  readonly #files = new CompletionFileLister()
  #state: AppState
  /** The state that was last drawn. The current state can be newer. */
  #shown: AppState
  #redraw: NodeJS.Timeout | undefined
  #tick: NodeJS.Timeout | undefined
  #lastRedraw = Number.NEGATIVE_INFINITY

  constructor(options: AppStoreOptions) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    this.#quit = resolve
    this.#options = options
    this.#clock = options.clock ?? systemTimes
    this.#state = options.initial
    this.#shown = options.initial
    options.stage?.watchEnds(({ id }) => this.dispatch({ type: 'gifEnded', picture: id }))
    this.#unsubscribe = options.client.subscribe(event => {
      this.#apply({ type: 'network', event: readableEvent(event) })
      this.#redrawSoon()
    })
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    this.#scheduleTick()
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): AppState => this.#shown

  /** Applies an event and redraws at once. */
  readonly dispatch = (event: AppEvent): void => {
    this.#apply(event)
    this.#redrawNow()
  }

  /** Ends the app as if the user had quit. */
  readonly quit = (): void => this.#quit()

  close(): void {
    this.#unsubscribe()
    clearTimeout(this.#redraw)
    clearTimeout(this.#tick)
    this.#files.forgetListing()
    this.#listeners.clear()
  }

  #apply(event: AppEvent): void {
    const { trace } = this.#options
    trace?.event(maskSecretInput(event, this.#state))
    const { state, effects } = stepApp(this.#state, event, this.#clock())
    this.#state = state
    const { client, stage, viewer = NO_VIEWER, visits = NO_VISITS } = this.#options
    const { ring = () => {}, copy = () => {} } = this.#options
    for (const effect of effects) {
      trace?.effect(effect)
      runEffect(effect, {
        client,
        stage,
        viewer,
        ring,
        copy,
        files: this.#files,
        visits,
        hostAgain: this.#options.hostAgain ?? (() => Promise.resolve()),
        hosted: this.#options.hosted?.(),
        dispatch: this.dispatch,
        quit: this.#quit,
      })
    }
  }

  #redrawSoon(): void {
    if (this.#redraw !== undefined) return
    const wait = this.#lastRedraw + NETWORK_REDRAW_MS - this.#clock().now
    if (wait <= 0) this.#redrawNow()
    else this.#redraw = setTimeout(this.#redrawNow, wait)
  }

  readonly #redrawNow = (): void => {
    clearTimeout(this.#redraw)
    this.#redraw = undefined
    this.#lastRedraw = this.#clock().now
    this.#shown = this.#state
    for (const listener of this.#listeners) listener()
    this.#scheduleTick()
  }

  /** Sets a timer only if the screen shows something that depends on the time. */
  #scheduleTick(): void {
    clearTimeout(this.#tick)
    const wait = this.#listeners.size === 0 ? undefined : msUntilStepTick(this.#state)
    if (wait !== undefined) this.#tick = setTimeout(() => this.dispatch({ type: 'tick' }), wait)
  }
}
