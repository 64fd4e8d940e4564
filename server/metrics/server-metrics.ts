interface Count {
  inc(by?: number): void
}

interface CountBy<Label extends string> {
  inc(labels: { readonly [Name in Label]: string }): void
}

/**
 * What a server counts of its work. Nothing of it tells who somebody is or what was said. What each
 * means is said where it is described for Prometheus, in prometheus-metrics.ts.
 */
export interface ServerMetrics {
  readonly requests: Count
  readonly receivedBytes: Count
  readonly posts: Count
  readonly ackSeconds: { observe(seconds: number): void }
  readonly deliveries: Count
  readonly sentBytes: Count
  readonly refusals: CountBy<'code'>
  readonly refusedConnections: CountBy<'status'>
  readonly closings: CountBy<'reason'>
  readonly uploads: Count
  readonly uploadedBytes: Count
  readonly downloads: Count
}

const uncounted = { inc: () => {} }

/** For a server that nobody watches. */
export const NO_METRICS: ServerMetrics = {
  requests: uncounted,
  receivedBytes: uncounted,
  posts: uncounted,
  ackSeconds: { observe: () => {} },
  deliveries: uncounted,
  sentBytes: uncounted,
  refusals: uncounted,
  refusedConnections: uncounted,
  closings: uncounted,
  uploads: uncounted,
  uploadedBytes: uncounted,
  downloads: uncounted,
}
