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
  const { main } = await import('../dist/main.js')
  await main(process.argv)
}
