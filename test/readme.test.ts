import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { DISPLAY_SETTING_NAMES, DISPLAY_SETTINGS } from '../cli/app/model/display-settings.ts'
import { EXIT_CODES } from '../cli/commands/shell/exit-codes.ts'
import { allowedDisplayValues } from '../cli/commands/shell/read-display-settings.ts'
import { en } from '../cli/i18n/en.ts'
import { settingTexts } from '../cli/i18n/setting-texts.en.ts'
import { createProgram } from '../cli/program.ts'
import { GIF_REFUSALS } from '../gif/gif-refusal.ts'
import { CLOSE_CODES } from '../protocol/close-codes.ts'
import { ERROR_CODES } from '../protocol/error-codes.ts'
import { readServerConfig, SETTINGS } from '../server/config.ts'

const root = join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const documents = globSync(['*.md', 'docs/*.md', 'protocol/*.md'], { cwd: root })
const readme = read('README.md')
const koreanReadme = read('README.ko.md')
const settings = read('docs/SETTINGS.md')
const protocol = read('protocol/PROTOCOL.md')

/** The text below a heading, up to the next heading of the same rank. */
const sectionOf = (text: string, heading: string): string =>
  text.split(/^## /m).find(part => part.startsWith(`${heading}\n`)) ?? ''
const settingRows = (section: string) => sectionOf(settings, section).match(/^\| `--.*$/gm)

test('SETTINGS.md has a row for each setting of the server, and no other', () => {
  const defaults = readServerConfig({}, {})
  const rows = Object.entries(SETTINGS).map(([name, { flag, env, help }]) => {
    const value = defaults[name as keyof typeof SETTINGS] // a key of SETTINGS
    return `| \`--${flag}\` | \`${env}\` | ${shownDefault(name, value)} | ${help} |`
  })
  assert.deepEqual(settingRows('Server'), rows)
})

function shownDefault(name: string, value: unknown): string {
  if (name === 'data') return "the platform's data directory"
  if (typeof value === 'number') return value.toLocaleString('en')
  return typeof value === 'string' && value !== '' ? `\`${value}\`` : ''
}

test('SETTINGS.md has a row for each setting of the screen, and no other', () => {
  const rows = DISPLAY_SETTING_NAMES.map(name => {
    const { flag, env, fallback } = DISPLAY_SETTINGS[name]
    const value = typeof fallback === 'string' ? fallback : fallback ? 'on' : 'off'
    const values = allowedDisplayValues(DISPLAY_SETTINGS[name]).join(', ')
    return `| \`--${flag}\` | \`${env}\` | ${values} | \`${value}\` | ${settingTexts[name]} |`
  })
  assert.deepEqual(settingRows('Screen'), rows)
})

test('SETTINGS.md has a row for each other flag of the commands', () => {
  const isOfScreen = new Set<string>(DISPLAY_SETTING_NAMES.map(name => DISPLAY_SETTINGS[name].flag))
  const flags = createProgram(en)
    .options.map(({ long }) => long ?? '')
    .filter(flag => !isOfScreen.has(flag.replace(/^--(?:no-)?/, '')) && flag !== '--version')
  const rows = settingRows('Commands') ?? []
  assert.deepEqual(
    rows.map(row => row.split('`')[1]),
    flags,
  )
})

test('the README names every command and exit code', () => {
  const used = sectionOf(readme, 'Use')
  for (const command of createProgram(en).commands) {
    assert.match(used, new RegExp(`\\bgifchat ${command.name()}\\b`))
  }
  for (const code of Object.values(EXIT_CODES)) assert.match(readme, new RegExp(`^\\| ${code} \\|`, 'm'))
})

test("the README's figures are in BENCHMARKS.md", () => {
  const benchmarks = read('docs/BENCHMARKS.md')
  const figures = sectionOf(readme, 'Figures').match(/\d[\d,.]*\d/g) ?? []
  assert.ok(figures.length > 3)
  for (const figure of figures) assert.ok(benchmarks.includes(figure), figure)
})

/**
 * What must be the same in every language: the headings' ranks, the commands, the first cells of
 * the tables.
 */
function skeletonOf(text: string) {
  const blocks = Array.from(text.matchAll(/^```\n([\s\S]*?)^```$/gm), ([, block = '']) =>
    block.split('\n').map(line => line.replace(/(?:^|\s)\s*# .*/, '')),
  )
  const prose = text.replace(/^```\n[\s\S]*?^```$/gm, '')
  const cells = Array.from(prose.matchAll(/^\| (.*?) \|/gm), ([, cell = '']) => cell)
  return {
    headings: prose.match(/^#+(?= )/gm),
    blocks,
    // Codes, commands and flags; words of a language are not compared.
    cells: cells.map(cell => (/^\d+$/.test(cell) ? cell : (cell.match(/`[^`]+`/g) ?? []))),
    settings: prose.match(/^\| `(?:--|serve ).*? \| `.*?` \|/gm),
    pictures: Array.from(prose.matchAll(/!\[[^\]]*\]\((.*?)\)/g), ([, file]) => file),
  }
}

test('the README says the same in Korean: commands, flags, exit codes, headings, pictures', () => {
  const english = skeletonOf(readme)
  assert.ok(english.blocks.length >= 3 && english.cells.length > 25 && english.settings !== null)
  assert.deepEqual(skeletonOf(koreanReadme), english)
  const figuresOf = (text: string) => {
    const section = text.split(/^## /m).find(part => part.includes('BENCHMARKS.md'))
    return section?.match(/\d[\d,.]*\d/g)?.toSorted()
  }
  assert.deepEqual(figuresOf(koreanReadme), figuresOf(readme))
})

test('PROTOCOL.md lists every error code, close code and refusal, and no other', () => {
  const section = (number: number) =>
    protocol.split(/^## /m).find(part => part.startsWith(`${number}. `)) ?? ''
  const listed = (text: string, pattern: RegExp) =>
    Array.from(text.matchAll(pattern), ([, name]) => name).toSorted()
  assert.deepEqual(listed(section(7), /^\| `(\w+)` \|/gm), Object.keys(ERROR_CODES).toSorted())
  assert.deepEqual(
    listed(section(8), /^\| (\d+) \|/gm),
    Object.values(CLOSE_CODES)
      .map(({ code }) => String(code))
      .toSorted(),
  )
  for (const [name, { code, reconnectable }] of Object.entries(CLOSE_CODES)) {
    assert.match(
      section(8),
      new RegExp(`^\\| ${code} \\| \`${name}\` \\| ${reconnectable ? 'yes ' : ''}\\|`, 'm'),
    )
  }
  for (const [name, { retryable, httpStatus }] of Object.entries(ERROR_CODES)) {
    assert.match(
      section(7),
      new RegExp(`^\\| \`${name}\` \\| ${retryable ? 'retry ' : ''}\\| .* \\| ${httpStatus} \\|$`, 'm'),
    )
  }
  for (const reason of Object.keys(GIF_REFUSALS)) assert.ok(section(10).includes(`\`${reason}\``), reason)
})

test('every file that a document points to is there, and so is every heading', () => {
  assert.ok(documents.length >= 6)
  for (const file of documents) {
    for (const [, path = '', anchor] of read(file).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
      const target = path === '' ? file : join(dirname(file), path)
      assert.ok(existsSync(join(root, target)), `${file}: ${path}`)
      if (anchor !== undefined) assert.ok(anchorsOf(target).includes(anchor), `${file}: ${path}#${anchor}`)
    }
  }
})

/** The anchors that a renderer gives the headings of a document. */
const anchorsOf = (file: string): readonly string[] =>
  Array.from(read(file).matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  )
