import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** The limit for the young generation, in bytes. A flood of messages needs that much. */
const YOUNG_BYTES = 16 * 1024 * 1024

/**
 * Keeps V8 from taking more memory than needed in a window that is open for days. By default the
 * young generation grows to 100 MiB, and the old one to twice the size of what is in use.
 */
export function boundFrontendMemory(): void {
  setFlagsFromString('--heap-growing-percent=50')
  const observer = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(space => space.space_name === 'new_space')
    if (young !== undefined && young.space_size < YOUNG_BYTES) return
    setFlagsFromString('--semi-space-growth-factor=1')
    observer.disconnect()
  })
  observer.observe({ entryTypes: ['gc'] })
}
