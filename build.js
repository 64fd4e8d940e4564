// Bundles the command line client into dist/: one read of a few files instead of hundreds is most of its start-up.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

/** Ink asks for the developer tools of React only under DEV=true; the bundle has no use for them. */
const withoutDeveloperTools = {
  name: 'without-developer-tools',
  setup(bundler) {
    bundler.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'empty' }))
    bundler.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {}' }))
  },
}

/**
 * Ink asks anew, for each row of each frame, how wide it is, which depends on the text alone and takes long where that is
 * not ASCII: most rows are the ones of the frame before.
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

const { outputFiles } = await build({
  write: false,
  entryPoints: ['cli/main.ts', 'cli/gif/decode/decode-worker.ts', 'server/server-thread.ts'],
  outdir: 'dist',
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  legalComments: 'none',
  // Hangul and emoji as they are, not as escapes of six letters each.
  charset: 'utf8',
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  define: { 'process.env.NODE_ENV': '"production"' },
  // They load files beside them, use __filename, or are CommonJS loaded by import(): a bundle would break them.
  external: ['mongoose', 'pino', 'undici', 'write-file-atomic', 'bufferutil', 'utf-8-validate'],
  inject: ['node-globals.js'],
  plugins: [withoutDeveloperTools, withRememberedWidths],
  banner: {
    js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
}).catch(() => {
  // It has printed what is wrong, and where.
  process.exit(1)
})

// The old bundle goes last, file by file, so that a program which starts meanwhile finds one that is whole.
const written = new Set(outputFiles.map(file => file.path))
for (const { path, contents } of outputFiles) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}
for (const entry of await readdir('dist', { recursive: true, withFileTypes: true })) {
  const path = join(import.meta.dirname, entry.parentPath, entry.name)
  if (entry.isFile() && !written.has(path)) await rm(path)
}
