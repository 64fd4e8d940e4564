// Bundles the client into dist/: reading a few files takes less time than hundreds.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const { build } = await import('esbuild').catch(error => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
  process.stderr.write(
    'Nothing was built, since "npm ci --omit=dev" leaves esbuild out. "gifchat serve" runs without a build; ' +
      'for all other commands run "npm ci".\n',
  )
  // An install for a server is no failure.
  process.exit(process.env.npm_lifecycle_event === 'prepare' ? 0 : 1)
})

/** What `ws` and the driver of MongoDB use if somebody has installed it. */
const OPTIONAL_PACKAGES = [
  'bufferutil',
  'utf-8-validate',
  'aws4',
  'gcp-metadata',
  'kerberos',
  'mongodb-client-encryption',
  'snappy',
  '@aws-sdk/credential-providers',
  '@mongodb-js/zstd',
]

/** Ink imports React's developer tools only if DEV=true. The bundle leaves them out. */
const withoutDeveloperTools = {
  name: 'without-developer-tools',
  setup(bundler) {
    bundler.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'empty' }))
    bundler.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {}' }))
  },
}

/**
 * Remembers the width of a text for Ink, which measures every row of every frame. Most rows have
 * not changed, and measuring one that is not ASCII takes long.
 */
const withRememberedWidths = {
  name: 'with-remembered-widths',
  setup(bundler) {
    bundler.onResolve({ filter: /^string-width$/ }, ({ path, importer }) =>
      importer.includes('node_modules') ? { path, namespace: 'remembered' } : undefined,
    )
    bundler.onLoad({ filter: /.*/, namespace: 'remembered' }, () => ({
      contents: `
        import stringWidth from 'string-width'
        import { remember } from './cli/ui/remember.ts'
        export default remember(stringWidth, 4_096)`,
      resolveDir: import.meta.dirname,
    }))
  },
}

/**
 * Gets the module without a facade for its names, which Node makes for an import. That reads all of
 * them, and one is a getter that loads Node's own HTTP client, for some 50 ms in each thread.
 */
const withPlainHttp = {
  name: 'with-plain-http',
  setup(bundler) {
    bundler.onResolve({ filter: /^(node:)?http$/ }, () => ({ path: 'node:http', namespace: 'plain' }))
    bundler.onLoad({ filter: /.*/, namespace: 'plain' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}')`,
    }))
  },
}

const options = {
  write: false,
  outdir: 'dist',
  entryNames: '[name]',
  bundle: true,
  minify: true,
  legalComments: 'none',
  // Keeps Hangul and emoji as they are. As escapes they would be six letters each.
  charset: 'utf8',
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
}

const outputFiles = await Promise.all([
  build({
    ...options,
    entryPoints: [
      'cli/main.ts',
      'cli/gif/shrink/shrink-worker.ts',
      'server/server-thread.ts',
      'server/hosted-server.ts',
    ],
    chunkNames: '[name]-[hash]',
    splitting: true,
    // A bundle would break these: they load files beside them, use __filename, or are CommonJS that
    // is loaded by import().
    external: ['pino', 'undici', 'write-file-atomic', ...OPTIONAL_PACKAGES],
    inject: ['node-globals.js'],
    plugins: [withoutDeveloperTools, withRememberedWidths, withPlainHttp],
    banner: {
      js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);",
    },
  }),
  // Somebody waits for the first frame of a GIF, and a worker loads one file faster than nine.
  build({ ...options, entryPoints: ['cli/gif/decode/decode-worker.ts'] }),
]).then(
  results => results.flatMap(result => result.outputFiles),
  () => {
    // esbuild has printed what is wrong.
    process.exit(1)
  },
)

// The old files are removed last, so that a program that starts meanwhile finds all of its own.
const written = new Set(outputFiles.map(file => file.path))
for (const { path, contents } of outputFiles) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}
for (const entry of await readdir('dist', { recursive: true, withFileTypes: true })) {
  const path = join(import.meta.dirname, entry.parentPath, entry.name)
  if (entry.isFile() && !written.has(path)) await rm(path)
}
