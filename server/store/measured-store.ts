import type { ChatStore } from '../chat/chat-store.ts'
import type { PrometheusMetrics } from '../metrics/prometheus-metrics.ts'

/** The operations whose time is measured. */
const MEASURED = [
  'createRoom',
  'findRooms',
  'recover',
  'sweepLeftovers',
  'loadRoom',
  'appendMessages',
  'readMessages',
  'trimRoom',
  'saveGif',
  'findGif',
  'readGif',
  'deleteGif',
  'purgeRooms',
  'ping',
] as const satisfies readonly (keyof ChatStore)[]

/**
 * Has the metrics know how long each operation of this store takes, and which ones fail. A batch of
 * messages counts once.
 */
export function measureStore(store: ChatStore, metrics: PrometheusMetrics): void {
  for (const operation of MEASURED) {
    // Each takes other parameters, and they are handed on as they are.
    const carryOut = store[operation].bind(store) as (...given: unknown[]) => Promise<unknown>
    const measured = async (...given: unknown[]): Promise<unknown> => {
      const end = metrics.storeSeconds.startTimer({ operation })
      try {
        return await carryOut(...given)
      } catch (error) {
        metrics.storeErrors.inc({ operation })
        throw error
      } finally {
        end()
      }
    }
    Object.defineProperty(store, operation, { value: measured })
  }
}
