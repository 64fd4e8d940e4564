import type { DisplaySettings } from '../app/model/display-settings.ts'
import { gifMotionOf } from '../gif/gif-motion.ts'
import { createGifStage } from '../gif/stage/terminal-stage.ts'
import { watchTerminalCellSize } from '../terminal/ask/cell-watch.ts'
import { reportedColorDepth } from '../terminal/ask/color-depth.ts'
import { terminalGraphicsLevel } from '../terminal/ask/graphics.ts'
import { TerminalInput, terminalInputAsStream } from '../terminal/ask/terminal-input.ts'
import { askTerminal } from '../terminal/ask/terminal-query.ts'
import type { CellSize } from '../terminal/ask/terminal-report.ts'
import { backgroundColorOf, isDarkColor } from '../terminal/color/background.ts'
import { isRemoteTerminal, TerminalPace } from '../terminal/draw/terminal-pace.ts'
import { showsHyperlinks } from '../terminal/hyperlink.ts'
import { hasOneScreen, withoutHistory } from '../terminal/screen.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { TerminalLossWatch } from '../terminal/terminal-loss.ts'
import type { Frontend } from './frontend.ts'

/** Shows a whole screen, after asking the terminal what it can do. */
export async function openScreenFrontend(
  display: DisplaySettings,
  { stdin, stdout: output, env, interrupt, host }: Terminal,
): Promise<Frontend> {
  const stdout = hasOneScreen(env) ? withoutHistory(output) : output
  // Loads while the terminal and the server are asked.
  const ui = import('../ui/show-ink-app.tsx')
  const input = new TerminalInput(stdin, interrupt)
  input.setRawMode(true)
  const terminal = await askTerminal({ input, output: stdout, environment: env })
  const chosen = display.graphics === 'auto' ? undefined : display.graphics
  const depth = reportedColorDepth(env, terminal)
  const background = backgroundColorOf({
    chosen: display.theme,
    reported: terminal.background,
    environment: env,
  })
  // Behind a picture it is what the terminal really has, whatever theme was chosen.
  const ground = terminal.background ?? (isDarkColor(background) ? '#000000' : '#FFFFFF')
  const stage = createGifStage({
    stdout,
    graphics: terminalGraphicsLevel({ isTTY: true, environment: env, chosen, report: terminal }),
    depth: depth === 'none' ? '16' : depth,
    motion: gifMotionOf(display),
    report: { ...terminal, background: ground },
    pace: isRemoteTerminal(env) ? new TerminalPace(input) : undefined,
  })
  // Only the signal also tells of a new size in pixels; `resize` tells of rows and columns.
  const onWindowChange = (listener: () => void): (() => void) => {
    if (host === undefined) stdout.on('resize', listener)
    else host.on('SIGWINCH', listener)
    return () => void (host === undefined ? stdout.off('resize', listener) : host.off('SIGWINCH', listener))
  }
  return {
    stage,
    environment: {
      terminal,
      size: { columns: stdout.columns, rows: stdout.rows },
      colors: { depth, background },
      hasColor: depth !== 'none',
      hasLinks: showsHyperlinks(env),
      hasClipboard: true,
    },
    async show(store, stopped) {
      const stopListening = input.subscribe(signal => {
        if (signal.type === 'reply') return
        if (signal.type === 'focus') stage.setFocused(signal.isFocused)
        store.dispatch(signal)
      })
      const { cell } = terminal
      const watchCells =
        cell &&
        ((onChange: (cell: CellSize) => void) =>
          watchTerminalCellSize({ input, output: stdout, environment: env }, cell, onChange, onWindowChange))
      using loss = new TerminalLossWatch({ stdin, stdout })
      const { showInkApp } = await ui
      await showInkApp({
        store,
        stage,
        stdin: terminalInputAsStream(input),
        host,
        hasOneScreen: hasOneScreen(env),
        stopped: AbortSignal.any([stopped, loss.signal]),
        watchCells,
      }).finally(stopListening)
    },
    close() {
      stage.close()
      input.close()
    },
  }
}
