import { passwordSchema, roomMaxSchema, titleSchema } from '../../protocol/model.ts'
import { type ExitCode, UsageError } from './exit-codes.ts'
import { type InteractiveOptions, runInteractive, suggestTitle } from './interactive.ts'
import { type CommandContext, passwordOf, runCommand, serverOf } from './options.ts'

export interface CreateOptions extends InteractiveOptions {
  /** People the room is for, as typed. */
  readonly max?: string
}

/** `gifchat create`: opens a room and enters it. */
export const create = (
  title: string | undefined,
  options: CreateOptions,
  context: CommandContext,
): Promise<ExitCode> =>
  runCommand(options, context, () => {
    const server = serverOf(options, context.env)
    const room = roomOf(title, options, passwordOf(options, context.env))
    return runInteractive(
      {
        name: 'gifchat create',
        server,
        canServe: true,
        async open(client) {
          const { id } = await client.createRoom(room)
          await client.join(id, passwordPart(room.password))
          return undefined
        },
      },
      options,
      context,
    )
  })

function roomOf(title: string | undefined, { max }: CreateOptions, password: string | undefined) {
  return {
    title: checked(titleSchema.safeParse(title ?? suggestTitle())),
    max: checked(roomMaxSchema.safeParse(Number(max))),
    ...passwordPart(checked(passwordSchema.optional().safeParse(password))),
  }
}

/** What a schema made of an option; throws `UsageError` with what it has against it. */
function checked<Value>(
  result:
    | { success: true; data: Value }
    | { success: false; error: { issues: readonly { message: string }[] } },
): Value {
  if (result.success) return result.data
  throw new UsageError(asSentence(result.error.issues[0]?.message ?? 'this can not be used'))
}

const passwordPart = (password: string | undefined): { readonly password?: string } =>
  password === undefined ? {} : { password }

const asSentence = (problem: string): string => `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`
