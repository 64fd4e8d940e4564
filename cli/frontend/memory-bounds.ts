import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** What the young generation may grow to, in bytes: as much as a flood of messages needs. */
const YOUNG_BYTES = 16 * 1024 * 1024

/**
 * Keeps V8 from taking memory as if this process were to end soon: a window stays open for days, and little of what it is
 * told has to be kept. Left to itself the young generation grows to 100 MiB, and the old one to twice what is alive.
 */
export function boundMemory(): void {
  setFlagsFromString('--heap-growing-percent=50')
  const observer = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(space => space.space_name === 'new_space')
    if (young !== undefined && young.space_size < YOUNG_BYTES) return
    setFlagsFromString('--semi-space-growth-factor=1')
    observer.disconnect()
  })
  observer.observe({ entryTypes: ['gc'] })
}
