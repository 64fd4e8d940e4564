import { Box, useCursor } from 'ink'
import type { ReactNode } from 'react'
import type { AppEvent, AppState } from '../app/model/app-state.ts'
import type { ChatState } from '../app/model/chat-state.ts'
import {
  type ChatGeometry,
  chatBlockContext,
  chatGeometry,
  conversationColumns,
} from '../app/view/chat-geometry.ts'
import { layoutChatViewport } from '../app/view/chat-layout.ts'
import {
  chatHeaderRow,
  chatStatusRows,
  composerRows,
  composerRuleRow,
  replyRows,
} from '../app/view/chat-rows.ts'
import { completionRows } from '../app/view/completion-rows.ts'
import { peopleColumns, peopleRows } from '../app/view/people.ts'
import type { GifStage } from '../gif/gif-stage.ts'
import type { Row } from '../text/row.ts'
import { ruleRow } from '../text/row.ts'
import { RowsPage } from './RowsPage.tsx'
import { useMissingGifs } from './use-missing-gifs.ts'
import { useMissingQuotes } from './use-missing-quotes.ts'
import { usePlayback } from './use-playback.ts'

interface ChatProps {
  readonly state: AppState
  readonly chat: ChatState
  readonly stage: GifStage | undefined
  dispatch(event: AppEvent): void
}

/** A room: header, conversation, composer and status, each where the geometry puts it. */
export function ChatScreen({ state, chat, stage, dispatch }: ChatProps): ReactNode {
  const { environment } = state
  const geometry = chatGeometry(chat, environment)
  const viewport = layoutChatViewport(chat, chatBlockContext(chat, environment), geometry.listRows)
  useMissingGifs(viewport.gifs, chat.pictures, stage, dispatch)
  useMissingQuotes(viewport.unquoted, dispatch)
  usePlayback(viewport.gifs, state, chat, stage)
  useCursor().setCursorPosition(cursorOf(geometry))
  const { size } = environment
  const panel = peopleColumns(chat, environment)
  const columns = panel > 0 ? conversationColumns(chat, environment) : size.columns
  // It covers the lowest rows, so that the conversation does not move while one chooses.
  const popup = completionRows(state, chat, { ...geometry, columns })
  const uncovered = Math.max(0, viewport.rows.length - popup.length)
  return (
    <Box flexDirection="column" height={size.rows}>
      <RowsPage rows={headRows(state, chat, geometry)} height={geometry.listTop} />
      <Box height={geometry.listRows} flexShrink={0}>
        <Box width={columns} flexDirection="column" justifyContent="flex-end" flexShrink={0}>
          <RowsPage rows={viewport.rows} height={uncovered} />
          <RowsPage rows={popup} height={popup.length} />
        </Box>
        {panel > 0 && (
          <RowsPage rows={peopleRows(chat, environment, geometry.listRows)} height={geometry.listRows} />
        )}
      </Box>
      <RowsPage rows={[composerRuleRow(state, chat)]} height={geometry.hasRules ? 1 : 0} />
      <RowsPage rows={replyRows(state, chat)} height={geometry.replyRows} />
      <RowsPage rows={composerRows(state, chat, geometry)} height={geometry.composerRows} />
      <RowsPage rows={chatStatusRows(state, chat, geometry)} height={geometry.statusRows} />
    </Box>
  )
}

const headRows = (state: AppState, chat: ChatState, geometry: ChatGeometry): readonly Row[] => [
  chatHeaderRow(state, chat),
  ...ruleRows(state, geometry),
]

const ruleRows = (state: AppState, { hasRules }: ChatGeometry): readonly Row[] =>
  hasRules ? [ruleRow('rule', state.environment.size.columns)] : []

const cursorOf = ({
  editor,
  composerX,
  composerTop,
}: ChatGeometry): { readonly x: number; readonly y: number } => ({
  x: composerX + editor.x,
  y: composerTop + editor.y - editor.firstRow,
})
