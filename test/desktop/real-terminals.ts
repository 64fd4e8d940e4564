import { spawnSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A terminal that is installed, or may be. */
export interface RealTerminal {
  readonly name: string
  /** The first is started with the command; the others it needs as well. */
  readonly programs: readonly [string, ...string[]]
  /** The arguments before the command to run. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** A compositor, for a terminal that knows no X. It is started first, under X. */
  readonly under?: { readonly program: string; readonly args: readonly string[]; readonly socket: string }
  /** The least colours of a picture. An image has more than half blocks have. */
  readonly leastColors: number
  /** What is known not to be as it should, and why. */
  readonly problem?: string | undefined
}

const { KITTY: kitty = 'kitty', XTERM: xterm = 'xterm' } = process.env

const KITTY = [
  ...['--config', 'NONE', '-o', 'cursor_blink_interval=0', '-o', 'remember_window_size=no'],
  ...['-o', 'initial_window_width=100c', '-o', 'initial_window_height=34c', '-o', 'font_size=10'],
]

const FONT = ['-fa', 'DejaVu Sans Mono', '-fs', '10', '-u8', '-geometry', '100x36+0+0']

const SOCKET = 'gifchat-see'

/** All terminals that are looked at. `directory` takes what they need in files. */
export async function realTerminals(directory: string): Promise<readonly RealTerminal[]> {
  const file = async (name: string, text: string) => {
    const path = join(directory, name)
    await writeFile(path, text)
    return path
  }
  const runtime = join(directory, 'runtime')
  await mkdir(runtime)
  // Wayland and GNU screen refuse a directory that others may read.
  await chmod(runtime, 0o700)
  const weston = await file('weston.ini', '[core]\nshell=kiosk-shell.so\nidle-time=0\n')
  // The name of a tab is not what it was before.
  await mkdir(join(directory, 'qterminal/qterminal.org'), { recursive: true })
  await file('qterminal/qterminal.org/qterminal.ini', '[General]\nHideTabBarWithOneTab=true\n')
  const tmux = await file(
    'tmux.conf',
    'set -g allow-passthrough on\nset -g status off\nset -g destroy-unattached on\n',
  )
  const screen = await file('screenrc', 'startup_message off\n')
  return [
    {
      name: 'kitty',
      programs: [kitty],
      args: KITTY,
      env: { LIBGL_ALWAYS_SOFTWARE: '1' },
      leastColors: 500,
      problem: kittyProblem(),
    },
    {
      name: 'kitty-tmux',
      programs: [kitty, 'tmux'],
      args: [...KITTY, 'tmux', '-L', `gifchat-see-${process.pid}`, '-f', tmux, 'new-session'],
      env: { LIBGL_ALWAYS_SOFTWARE: '1' },
      leastColors: 500,
      problem: kittyProblem(),
    },
    { name: 'xterm', programs: [xterm], args: [...FONT, '-e'], leastColors: 300 },
    { name: 'xterm-vt340', programs: [xterm], args: ['-ti', 'vt340', ...FONT, '-e'], leastColors: 16 },
    // Its font paints a pixel of the border, and nobody clears it.
    { name: 'mlterm', programs: ['mlterm'], args: ['-g', '100x34', '--border=0', '-e'], leastColors: 50 },
    {
      name: 'foot',
      programs: ['foot', 'weston'],
      args: ['--log-level=error'],
      env: { XDG_RUNTIME_DIR: runtime, WAYLAND_DISPLAY: SOCKET },
      // The headless backend of weston 10 has no keyboard, without which foot does not start.
      under: {
        program: 'weston',
        args: [
          ...['--backend=x11-backend.so', '--width=1024', '--height=700', '--use-pixman'],
          ...[`--config=${weston}`, `--socket=${SOCKET}`],
        ],
        socket: join(runtime, SOCKET),
      },
      leastColors: 50,
    },
    {
      name: 'konsole',
      programs: ['konsole'],
      args: ['--nofork', '--hide-menubar', '-p', 'TerminalColumns=100', '-p', 'TerminalRows=34', '-e'],
      env: { XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: join(directory, 'konsole') },
      leastColors: 300,
    },
    {
      name: 'urxvt',
      programs: ['urxvt'],
      args: ['-fn', 'xft:DejaVu Sans Mono:size=10', '-geometry', '100x36+0+0', '-e'],
      leastColors: 16,
    },
    {
      name: 'qterminal',
      programs: ['qterminal'],
      args: ['-e'],
      env: { XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: join(directory, 'qterminal') },
      leastColors: 16,
    },
    {
      name: 'screen',
      programs: [xterm, 'screen'],
      args: [...FONT, '-e', 'screen', '-U', '-c', screen],
      env: { SCREENDIR: runtime },
      leastColors: 16,
    },
  ]
}

function kittyProblem(): string | undefined {
  const version = /kitty (\d+)\.(\d+)/.exec(
    spawnSync(kitty, ['--version'], { encoding: 'utf8' }).stdout ?? '',
  )
  if (version === null || Number(version[1]) > 0 || Number(version[2]) >= 28) return undefined
  return `${version[0]} is older than 0.28 and has no images in the text: it shows half blocks`
}
