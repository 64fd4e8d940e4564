import { createGifStage } from '../gif/stage/terminal-stage.ts'
import { SILENT_REPORT } from '../terminal/ask/terminal-report.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Frontend } from './frontend.ts'

/** Shows lines, one after the other: for screen readers and simple terminals. */
export function openLineFrontend({ stdin, stdout }: Terminal): Frontend {
  // Loads while the server is asked.
  const lines = import('../linear/show-linear-app.ts')
  const stage = createGifStage({ stdout, graphics: 'text' })
  return {
    stage,
    environment: {
      terminal: SILENT_REPORT,
      size: { columns: stdout.columns, rows: stdout.rows },
      colors: { depth: 'none', background: '#000000' },
      hasColor: false,
      hasLinks: false,
      hasClipboard: false,
    },
    async show(store, stopped) {
      const { showLinearApp } = await lines
      await showLinearApp(store, { stdin, stdout, stopped })
    },
    close: () => stage.close(),
  }
}
