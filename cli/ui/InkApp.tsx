import type { ReactNode } from 'react'
import type { AppStore } from '../app/app-store.ts'
import type { GifStage } from '../gif/gif-stage.ts'
import type { TerminalHost } from '../terminal/terminal.ts'
import { ChatScreen } from './ChatScreen.tsx'
import { CreateRoomScreen } from './CreateRoomScreen.tsx'
import { HelpScreen } from './HelpScreen.tsx'
import { LobbyScreen } from './LobbyScreen.tsx'
import { PasswordScreen } from './PasswordScreen.tsx'
import { useAppState } from './use-app-state.ts'
import { useTerminalInput } from './use-terminal-input.ts'

interface AppProps {
  readonly store: AppStore
  readonly stage: GifStage | undefined
  readonly host: TerminalHost | undefined
}

/** The whole screen. */
export function InkApp({ store, stage, host }: AppProps): ReactNode {
  const state = useAppState(store)
  useTerminalInput(store, host)
  if (state.helpRow !== undefined) return <HelpScreen state={state} />
  const { screen } = state
  switch (screen.name) {
    case 'lobby':
    case 'entering':
      return <LobbyScreen state={state} />
    case 'create':
      return <CreateRoomScreen form={screen.form} environment={state.environment} />
    case 'password':
      return <PasswordScreen form={screen.form} now={state.now} environment={state.environment} />
    case 'chat':
      return <ChatScreen state={state} chat={screen.chat} stage={stage} dispatch={store.dispatch} />
    default:
      return screen satisfies never
  }
}
