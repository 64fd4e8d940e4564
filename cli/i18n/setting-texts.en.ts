/** What each setting of the screen does, for `--help`, the completions and docs/SETTINGS.md. */
export const settingTexts = {
  lang: 'language; `auto` follows LC_ALL, LC_MESSAGES and LANG',
  theme: 'the background that colours must stand out from; `auto` asks the terminal',
  graphics: 'how GIFs are drawn; `auto` takes the best that the terminal shows, `text` names them in a line',
  animation: 'whether GIFs play by themselves; when off, Space plays the selected one',
  reduceMotion: 'a GIF changes three times a second at most, so that none flashes',
  align: 'your own messages on the other side, or everybody left',
  mouse: 'the wheel scrolls; selecting text then needs Shift',
  bell: 'ring when you are mentioned or answered while you look elsewhere; `all`: also for every message while the window has no focus',
  title: 'the window is named after the room, with the number of unread messages',
  typing: 'whether the others in a room see that you write',
  screenReader: 'plain lines one after the other, for screen readers: nothing on the screen ever moves',
  /** What `--no-…` does, for the settings that are on unless it is given. */
  off: {
    animation: 'GIFs stand still; Space plays the selected one',
    mouse: 'leave the mouse to the terminal: it selects text without Shift, and the wheel does not scroll',
    title: 'leave the title of the window alone',
    typing: 'do not let the others in a room see that you write',
  } as Readonly<Partial<Record<string, string>>>,
  refused: (source: string, value: string, allowed: readonly string[]) =>
    `${source} can't be ${JSON.stringify(value)}: choose ${new Intl.ListFormat('en', { type: 'disjunction' }).format(allowed)}.`,
  group: 'Display:',
}

export type SettingTexts = typeof settingTexts
