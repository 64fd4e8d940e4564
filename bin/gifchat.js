#!/usr/bin/env node
// Imports nothing itself, so that it can answer on a Node that is too old for the rest.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `gifchat needs Node.js 22.19 or newer, and this is ${process.versions.node}: install a newer one from https://nodejs.org, ` +
      'or in a checkout run "npm ci" and then "npx gifchat", which brings its own.\n',
  )
  process.exitCode = 2
} else {
  const { main } = await import('../dist/main.js').catch(mainFromSource)
  await main(process.argv)
}

/**
 * The server runs from the source where nothing is built, as after `npm ci --omit=dev`. Node can't
 * read the screen's source, which is JSX.
 */
async function mainFromSource(error) {
  const isUnbuilt = error.code === 'ERR_MODULE_NOT_FOUND' && error.url?.endsWith('/dist/main.js')
  if (!isUnbuilt) throw error
  if (process.argv[2] === 'serve') return import('../cli/main.ts')
  process.stderr.write(
    'This gifchat is not built, so it can only "serve": for all other commands run "npm ci" in its directory.\n',
  )
  process.exit(2)
}
