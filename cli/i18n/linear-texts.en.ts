const people = (count: number, max: number): string => `${count} of ${max} people`

/** Texts of the linear mode, in which everything is a line and nothing moves. */
export const linearTexts = {
  lobbyHint:
    'Type the title or the id of a room to enter it, n for a new room, l for the list again, ? for help, q to quit.',
  room: (room: {
    readonly title: string
    readonly id: string
    readonly people: number
    readonly max: number
    readonly isPrivate: boolean
    readonly owner: string
    readonly age: string
  }) =>
    `${room.title}, ${people(room.people, room.max)}, ${room.isPrivate ? 'private' : 'public'}, opened by ${room.owner}, age ${room.age}, id ${room.id}`,
  newRoom: (room: string) => `New room: ${room}`,
  roomGone: (title: string) => `The room ${title} is gone.`,
  severalMatch: 'Several rooms match; type the id of one of them:',
  noMatch: (typed: string) => `No room matches "${typed}".`,
  field: (label: string, value: string) =>
    value === '' ? `${label}, or Enter for none:` : `${label}, or Enter for "${value}":`,
  passwordField: (label: string) => `${label} (it is not shown):`,
  backHint: 'An empty line goes back.',
  entered: (title: string, count: number, max: number) => `You are in ${title}, ${people(count, max)}.`,
  chatHint: 'Type a message and press Enter. /help lists the commands, /leave goes back to the rooms.',
  message: (time: string, name: string, text: string) => `${time} ${name}: ${text}`,
  reply: (name: string, to: string) => `${name} to ${to}`,
  unsent: (why: string) => `Your message: ${why}`,
  key: (keys: string, about: string) => `${keys}: ${about}`,
  /** What commands do where nothing can be selected or dropped. */
  commands: {
    gif: 'post a GIF from a file',
    save: 'write the newest GIF to a new file',
    open: "show the newest GIF in the system's viewer",
    invite: 'the line to hand on to whom you want here',
  } as Readonly<Partial<Record<string, string>>>,
  lobbyKeys: [
    ['the title or id of a room', 'enter it'],
    ['n', 'open a new room'],
    ['l', 'the list again'],
    ['q', 'quit'],
  ] as readonly (readonly [string, string])[],
}

export type LinearTexts = typeof linearTexts
