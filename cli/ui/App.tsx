import type { ReactNode } from 'react'
import type { AppStore } from '../app/app-store.ts'
import type { GifStage } from '../gif/gif-stage.ts'
import type { TerminalHost } from '../terminal/terminal.ts'
import { Chat } from './Chat.tsx'
import { CreateRoom } from './CreateRoom.tsx'
import { Help } from './Help.tsx'
import { Lobby } from './Lobby.tsx'
import { Password } from './Password.tsx'
import { useAppState } from './use-app-state.ts'
import { useTerminalInput } from './use-terminal-input.ts'

interface AppProps {
  readonly store: AppStore
  readonly stage: GifStage | undefined
  readonly host: TerminalHost | undefined
}

/** The whole screen. */
export function App({ store, stage, host }: AppProps): ReactNode {
  const state = useAppState(store)
  useTerminalInput(store, host)
  if (state.helpRow !== undefined) return <Help state={state} />
  const { screen } = state
  switch (screen.name) {
    case 'lobby':
    case 'entering':
      return <Lobby state={state} />
    case 'create':
      return <CreateRoom form={screen.form} environment={state.environment} />
    case 'password':
      return <Password form={screen.form} now={state.now} environment={state.environment} />
    case 'chat':
      return <Chat state={state} chat={screen.chat} stage={stage} dispatch={store.dispatch} />
    default:
      return screen satisfies never
  }
}
