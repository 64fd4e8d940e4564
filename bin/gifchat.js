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
  const serves = process.argv[2] === 'serve'
  // The source has `await using`, which the build translates for older ones.
  if (serves && major >= 24) return import('../cli/main.ts')
  process.stderr.write(
    serves
      ? `This gifchat is not built, and without a build it needs Node.js 24; this is ${process.versions.node}: install a newer one, or run "npm ci" in its directory.\n`
      : 'This gifchat is not built, so it can only "serve": for all other commands run "npm ci" in its directory.\n',
  )
  process.exit(2)
}
