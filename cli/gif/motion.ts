/** How much may move on the screen: all, no more than three changes a second, or only what the reader starts. */
export const MOTIONS = ['full', 'reduced', 'none'] as const

export type Motion = (typeof MOTIONS)[number]

/** What is set about motion, as one of them. */
export const motionOf = (display: { readonly animation: boolean; readonly reduceMotion: boolean }): Motion =>
  display.animation ? (display.reduceMotion ? 'reduced' : 'full') : 'none'

/** Changes a second of one picture that cannot trigger a seizure (WCAG 2.2, success criterion 2.3.1). */
const REDUCED_CHANGES_PER_SECOND = 3

/** Changes a second at most; a faster GIF loses frames, not time. */
const CHANGES_PER_SECOND = 15

/** Milliseconds that a frame stays on the screen at least. */
export const shortestFrameMs = (motion: Motion): number =>
  1000 / (motion === 'reduced' ? REDUCED_CHANGES_PER_SECOND : CHANGES_PER_SECOND)
