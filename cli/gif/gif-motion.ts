/** What may move: everything, everything three times a second, or only what the reader starts. */
const MOTIONS = ['full', 'reduced', 'none'] as const

export type Motion = (typeof MOTIONS)[number]

export const gifMotionOf = (display: {
  readonly animation: boolean
  readonly reduceMotion: boolean
}): Motion => (display.animation ? (display.reduceMotion ? 'reduced' : 'full') : 'none')

/** Three flashes a second trigger no seizure (WCAG 2.2, success criterion 2.3.1). */
const REDUCED_CHANGES_PER_SECOND = 3

/** A faster GIF loses frames but keeps its pace. */
const CHANGES_PER_SECOND = 15

/** The least milliseconds for which a frame is shown. */
export const shortestGifFrameMs = (motion: Motion): number =>
  1000 / (motion === 'reduced' ? REDUCED_CHANGES_PER_SECOND : CHANGES_PER_SECOND)
