import { KEYS, openTerminal, type Terminal } from '../../test/support/terminal.ts'

/** Somebody at a terminal of their own, with a home of their own. */
interface Person {
  readonly name: string
  readonly terminal: Terminal
}

const INVITE = /gifchat join ws:\/\/\S+\/\w{8}/g

/**
 * Ann has never run the program, and neither has Ben. She opens a room and shares it, he joins with
 * the line that she hands on, and both talk. `print` is told what each typed and saw. Rejects with
 * the screen of whoever did not see what was expected.
 */
export async function playFirstMinute(bin: string, print: (line: string) => void): Promise<void> {
  const type = ({ name, terminal }: Person, keys: string, words = keys) => {
    print(`${name} types  ${words}`)
    terminal.type(keys)
  }
  const say = (person: Person, text: string) => type(person, `${text}${KEYS.enter}`, text)
  const see = async ({ name, terminal }: Person, text: string) => {
    const row = () => terminal.screen().find(line => line.includes(text))
    await terminal.waitFor(text).catch(() => {
      throw new Error(`${name} does not see "${text}" but:\n${terminal.screen().join('\n')}`)
    })
    print(`${name} sees   ${row()?.trim() ?? text}`)
  }
  const start = async (name: string, line: string): Promise<Person> => {
    print(`${name} types  ${line}`)
    const [, ...args] = line.split(' ')
    return { name, terminal: await openTerminal({ through: [process.execPath, bin, ...args] }) }
  }

  const ann = await start('Ann', 'gifchat')
  await using _annLeaves = ann.terminal
  await see(ann, 'No server was here')
  await see(ann, 'Press n to open a room')
  await ann.terminal.ready()
  type(ann, 'n')
  await see(ann, 'Open a room')
  type(ann, `lunch${KEYS.enter}`, 'lunch, Enter')
  await see(ann, '1/10 people')
  await see(ann, 'on this machine only: /share')
  say(ann, '/share')
  await ann.terminal.waitFor(screen => /open to your network now|in no network/.test(textOf(screen.text())))
  const invite = textOf(ann.terminal.screen()).match(INVITE)?.[0]
  if (invite === undefined) throw new Error(`No line to hand on:\n${ann.terminal.screen().join('\n')}`)
  print(`Ann sees   ${invite}`)

  const ben = await start('Ben', invite)
  await using _benLeaves = ben.terminal
  await see(ben, '2/10 people')
  await see(ann, 'came in')
  say(ann, 'hello, is that you?')
  await see(ben, 'hello, is that you?')
  say(ben, 'it is, that was quick')
  await see(ann, 'it is, that was quick')
}

const textOf = (rows: readonly string[]): string => rows.join('\n')
