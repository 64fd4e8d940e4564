/** `gifchat serve`: the server's own command line takes over; nothing of it is loaded for any other command. */
export async function serveCommand(args: readonly string[]): Promise<number> {
  const { serve } = await import('../../server/main.ts')
  const { env, stdout, stderr } = process
  return serve(args, { env, stdout, stderr })
}
