import { codePointLength, LIMITS } from '../../protocol/limits.ts'
import { passwordSchema, roomMaxSchema, titleSchema } from '../../protocol/model.ts'
import { enterFirstRoom } from '../frontend/enter-first-room.ts'
import { runFrontend, suggestRoomTitle } from '../frontend/run-frontend.ts'
import type { Texts } from '../i18n/en.ts'
import { createForScript } from './create-for-script.ts'
import type { CommandContext } from './shell/command-context.ts'
import { type ExitCode, UsageError } from './shell/exit-codes.ts'
import { runCommand } from './shell/run-command.ts'
import { type CommandOptions, passwordOption, serverOption } from './shell/settings.ts'

interface CreateOptions extends CommandOptions {
  /** The most people in the room, as typed. */
  readonly max?: string
  /** Stays in the room until it is stopped, without a screen. */
  readonly hold?: boolean
}

interface NamedRoom {
  readonly title: string | undefined
  readonly max: string | undefined
}

/** `gifchat create`: opens a room and enters it, or prints it for a script. */
export const createCommand = (
  title: string | undefined,
  options: CreateOptions,
  context: CommandContext,
): Promise<ExitCode> =>
  runCommand(options, context, async display => {
    const server = serverOption(options, context.env)
    const room = roomOf({ title, max: options.max }, passwordOption(options, context.env), context.texts)
    if (options.json || options.hold) return createForScript(server, room, options, context)
    return runFrontend(
      {
        name: 'gifchat create',
        server,
        canServe: true,
        async open(client) {
          const { id } = await client.createRoom(room)
          return enterFirstRoom(client, id, room)
        },
      },
      display,
      options,
      context,
    )
  })

function roomOf(named: NamedRoom, password: string | undefined, texts: Texts) {
  const { title = suggestRoomTitle(texts), max } = named
  const { create } = texts
  const isLong = codePointLength(title.trim()) > LIMITS.titleLength
  const passwordProblem = password === '' ? texts.password.empty : create.passwordTooLong
  return {
    title: checked(titleSchema.safeParse(title), isLong ? create.titleTooLong : create.titleEmpty),
    max: checked(
      roomMaxSchema.safeParse(Number(max ?? LIMITS.roomMaxDefault)),
      `--max: ${create.maxInvalid}`,
    ),
    ...passwordPart(checked(passwordSchema.optional().safeParse(password), passwordProblem)),
  }
}

/** The value that a schema accepted. Throws `UsageError` with `problem` if it refused. */
function checked<Value>(result: { success: true; data: Value } | { success: false }, problem: string): Value {
  if (result.success) return result.data
  throw new UsageError(problem)
}

const passwordPart = (password: string | undefined): { readonly password?: string } =>
  password === undefined ? {} : { password }
