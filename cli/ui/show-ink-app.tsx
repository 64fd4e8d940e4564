import './force-color.ts'
import { render } from 'ink'
import type { AppStore } from '../app/app-store.ts'
import { layoutWindowTitle } from '../app/view/window-title.ts'
import type { GifStage } from '../gif/gif-stage.ts'
import { askForReports } from '../terminal/ask/reports.ts'
import type { CellSize } from '../terminal/ask/terminal-report.ts'
import { guardTerminal, KEY_PROTOCOL_OFF } from '../terminal/restore.ts'
import { ERASE_SCREEN, ERASE_WITHOUT_HISTORY } from '../terminal/screen.ts'
import type { TerminalHost } from '../terminal/terminal.ts'
import { KEEP_TITLE, RESTORE_TITLE, titleSequence } from '../terminal/title.ts'
import { drawableText } from '../text/drawable-text.ts'
import { InkApp } from './InkApp.tsx'
import { createTheme, DrawableContext, ThemeContext } from './theme.ts'

interface ShowAppOptions {
  readonly store: AppStore
  readonly stage: GifStage
  readonly stdin: NodeJS.ReadStream
  /** The process that runs in this terminal; absent for a terminal elsewhere. */
  readonly host: TerminalHost | undefined
  /** Whether nothing brings back what was on the screen before. */
  readonly hasOneScreen: boolean
  /** Aborted when the process is told to end. */
  readonly stopped: AbortSignal
  /**
   * Calls `onChange` when the terminal's cells have another size, until the returned function is
   * called. Absent where the terminal does not tell the size.
   */
  readonly watchCells?: ((onChange: (cell: CellSize) => void) => () => void) | undefined
}

/** The most frames a second for keys. The store limits the frames for the network. */
const MAX_FPS = 120

/**
 * Takes the screen until the user quits, and then restores it. Rejects with the error that crashed
 * the program.
 */
export async function showInkApp({
  store,
  stage,
  stdin,
  host,
  hasOneScreen,
  stopped,
  watchCells,
}: ShowAppOptions): Promise<void> {
  // Otherwise the kernel echoes keys that are typed ahead into the first frame.
  stdin.setRawMode(true)
  const crashed = Promise.withResolvers<never>()
  const { display, terminal } = store.getState().environment
  const first = [
    hasOneScreen ? ERASE_WITHOUT_HISTORY : '',
    display.title ? RESTORE_TITLE : '',
    terminal.hasKeyProtocol ? KEY_PROTOCOL_OFF : '',
  ]
  const restore = guardTerminal(stage.stdout, process, first.join(''))
  stage.stdout.write(askForReports(display))
  const stopTitles = display.title ? keepTitle(store, stage.stdout) : () => undefined
  const resize = () => {
    const { columns, rows } = stage.stdout
    store.dispatch({ type: 'resize', columns, rows })
    // Before Ink's own listener, which would draw the old layout into the new window.
    app.rerender(screen)
  }
  stage.stdout.on('resize', resize)
  stopped.addEventListener('abort', store.quit, { once: true })
  if (stopped.aborted) store.quit()
  const screen = (
    <ThemeContext value={createTheme(store.getState().environment)}>
      <DrawableContext value={drawableText(terminal.misdrawnEmoji)}>
        <InkApp store={store} stage={stage.graphics === 'text' ? undefined : stage} host={host} />
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
    // It tells Shift-Enter from Enter.
    kittyKeyboard: { mode: terminal.hasKeyProtocol ? 'enabled' : 'disabled' },
  })
  const stopWatching = watchCells?.(async cell => {
    if (!(await stage.setCellSize(cell))) return
    // Ink draws only rows that changed, but images of the old size may cover others.
    stage.stdout.write(ERASE_SCREEN)
    app.clear()
    resize()
  })
  try {
    host?.once('uncaughtException', crashed.reject)
    try {
      await Promise.race([store.ended, app.waitUntilExit(), crashed.promise])
    } finally {
      // Images are part of the alternate screen, which is left next.
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

/** Keeps the title of the window up to date until the returned function is called. */
function keepTitle(store: AppStore, stdout: NodeJS.WriteStream): () => void {
  let title = ''
  const update = () => {
    const next = layoutWindowTitle(store.getState())
    if (next !== title) stdout.write(titleSequence(next))
    title = next
  }
  stdout.write(KEEP_TITLE)
  update()
  return store.subscribe(update)
}
