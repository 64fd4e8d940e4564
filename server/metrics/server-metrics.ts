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

/** What one of several servers counts beside that. */
export interface FleetMetrics {
  readonly redisSeconds: { observe(seconds: number): void }
  readonly redisErrors: Count
  readonly linkLosses: Count
  readonly takeovers: CountBy<'how'>
  readonly lostEpochs: Count
}

/** What one of several servers has to do with the others at one moment. */
export interface FleetUse {
  readonly isWireUp: boolean
  /** Bytes on their way to other nodes. */
  readonly wireBytes: number
  /** Those that live, this one included. */
  readonly nodes: number
  readonly remoteRooms: number
  /** Requests to other nodes that are not answered yet. */
  readonly waitingRequests: number
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

export const NO_FLEET_METRICS: FleetMetrics = {
  redisSeconds: { observe: () => {} },
  redisErrors: uncounted,
  linkLosses: uncounted,
  takeovers: uncounted,
  lostEpochs: uncounted,
}
