import { networkInterfaces } from 'node:os'

const LOOK_EVERY_MS = 1_000

/**
 * Calls `onChange` when this machine's addresses change: Wi-Fi is back, or a cable was plugged
 * in. Returns the function that ends the watch.
 */
export function watchNetwork(onChange: () => void, readAddresses: () => string = addresses): () => void {
  let last = readAddresses()
  const timer = setInterval(() => {
    const now = readAddresses()
    if (now === last) return
    last = now
    onChange()
  }, LOOK_EVERY_MS)
  return () => clearInterval(timer)
}

function addresses(): string {
  return Object.values(networkInterfaces())
    .flatMap(list => list?.map(entry => entry.address) ?? [])
    .sort()
    .join(' ')
}
