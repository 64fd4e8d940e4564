import type { Abuse } from './abuse.ts'
import { frameAbuses } from './floods/frames.ts'
import { peopleAbuses } from './floods/people.ts'
import { socketAbuses } from './floods/sockets.ts'
import { transferAbuses } from './floods/transfers.ts'
import { sendAbuse, verbAbuses } from './floods/verbs.ts'

/** All abuses, in the order of the table. */
export const ABUSES: readonly Abuse[] = [
  ...frameAbuses,
  ...verbAbuses,
  sendAbuse,
  ...peopleAbuses,
  ...socketAbuses,
  ...transferAbuses,
]
