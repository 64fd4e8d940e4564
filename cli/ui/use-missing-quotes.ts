import { useEffect } from 'react'
import type { Seq } from '../../protocol/model.ts'
import type { AppEvent } from '../app/model/app-state.ts'

/** Asks for the messages that replies on the screen answer. */
export function useMissingQuotes(unquoted: readonly Seq[], dispatch: (event: AppEvent) => void): void {
  const seqs = unquoted.join()
  useEffect(() => {
    if (seqs !== '') dispatch({ type: 'quotesMissing', seqs: [...new Set(seqs.split(',').map(Number))] })
  }, [seqs, dispatch])
}
