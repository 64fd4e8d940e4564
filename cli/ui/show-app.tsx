import './force-color.ts'
import { render } from 'ink'
import type { AppStore } from '../app/app-store.ts'
import { windowTitle } from '../app/view/window-title.ts'
import type { GifStage } from '../gif/gif-stage.ts'
import { reportsOn } from '../terminal/ask/reports.ts'
import type { CellSize } from '../terminal/ask/terminal-report.ts'
import { guardTerminal } from '../terminal/restore.ts'
import { ERASE_SCREEN } from '../terminal/screen.ts'
import type { TerminalHost } from '../terminal/terminal.ts'
import { KEEP_TITLE, RESTORE_TITLE, titled } from '../terminal/title.ts'
import { drawableText } from '../text/drawable-text.ts'
import { App } from './App.tsx'
import { createTheme, DrawableContext, ThemeContext } from './theme.ts'

export interface ShowAppOptions {
  readonly store: AppStore
  readonly stage: GifStage
  readonly stdin: NodeJS.ReadStream
  /** The process that runs in this terminal; absent for a terminal elsewhere. */
  readonly host: TerminalHost | undefined
  /** Aborted when the process was told to end. */
  readonly stopped: AbortSignal
  /** Tells when the terminal's cells have another size, until what it returns is called; absent where it does not say. */
  readonly watchCells?: ((onChange: (cell: CellSize) => void) => () => void) | undefined
}

/** Frames a second that keys may cause; the store holds back what the network causes. */
const MAX_FPS = 120

/** Takes the screen until the user wants to go, then gives it back as it was; rejects with what crashed the program. */
export async function showApp({
  store,
  stage,
  stdin,
  host,
  stopped,
  watchCells,
}: ShowAppOptions): Promise<void> {
  // Before the first frame, or the kernel echoes into it what is typed ahead.
  stdin.setRawMode(true)
  const crashed = Promise.withResolvers<never>()
  const { display, terminal } = store.getState().environment
  const restore = guardTerminal(stage.stdout, process, display.title ? RESTORE_TITLE : '')
  stage.stdout.write(reportsOn(display))
  const stopTitles = display.title ? keepTitle(store, stage.stdout) : () => undefined
  const resize = () => {
    const { columns, rows } = stage.stdout
    store.dispatch({ type: 'resize', columns, rows })
    // Rendered before Ink hears of it, or it would draw the old layout into the new window first.
    app.rerender(screen)
  }
  stage.stdout.on('resize', resize)
  stopped.addEventListener('abort', store.quit, { once: true })
  if (stopped.aborted) store.quit()
  const screen = (
    <ThemeContext value={createTheme(store.getState().environment)}>
      <DrawableContext value={drawableText(terminal.misdrawnEmoji)}>
        <App store={store} stage={stage.graphics === 'text' ? undefined : stage} host={host} />
      </DrawableContext>
    </ThemeContext>
  )
  const app = render(screen, {
    stdout: stage.stdout,
    stdin,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: MAX_FPS,
    // Tells Shift-Enter from Enter; a terminal that answers questions passes over what it does not know.
    kittyKeyboard: { mode: terminal.attributes.length > 0 ? 'enabled' : 'disabled' },
  })
  const stopWatching = watchCells?.(async cell => {
    if (!(await stage.setCell(cell))) return
    // Images of the old size may cover what is not to be drawn again otherwise.
    stage.stdout.write(ERASE_SCREEN)
    app.clear()
    resize()
  })
  try {
    host?.once('uncaughtException', crashed.reject)
    try {
      await Promise.race([store.ended, app.waitUntilExit(), crashed.promise])
    } finally {
      // Images belong to the screen that is left now.
      stage.close()
      app.unmount()
    }
    await app.waitUntilExit()
  } finally {
    host?.off('uncaughtException', crashed.reject)
    stopped.removeEventListener('abort', store.quit)
    stage.stdout.off('resize', resize)
    stopWatching?.()
    stopTitles()
    restore()
    stdin.setRawMode(false)
    stdin.pause()
  }
}

/** Names the window after what is on the screen, until it is told to stop. */
function keepTitle(store: AppStore, stdout: NodeJS.WriteStream): () => void {
  let title = ''
  const update = () => {
    const next = windowTitle(store.getState())
    if (next !== title) stdout.write(titled(next))
    title = next
  }
  stdout.write(KEEP_TITLE)
  update()
  return store.subscribe(update)
}
