import type { Config } from './config.ts'

/** What a client asks of the server that it runs in a process of its own. */
export type HostRequest =
  /** The first one. */
  | { readonly kind: 'start'; readonly config: Config }
  /** To take clients at these addresses of the machine too. */
  | { readonly kind: 'share'; readonly hosts: readonly string[] }
  | { readonly kind: 'count' }
  /** To go on in the background when the client ends, until nobody is left. */
  | { readonly kind: 'detach' }
  | { readonly kind: 'stop' }

/** What such a server answers. */
export type HostReport =
  | { readonly kind: 'listening'; readonly url: string }
  /** It takes clients at these of the addresses. */
  | { readonly kind: 'shared'; readonly hosts: readonly string[] }
  | { readonly kind: 'connections'; readonly count: number }
  | { readonly kind: 'detached' }
  /** `why` is a sentence, or what the system said. */
  | { readonly kind: 'failed'; readonly why: string }
