import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { allowedValues, DISPLAY_SETTING_NAMES, DISPLAY_SETTINGS } from '../cli/app/model/display-settings.ts'
import { EXIT_CODES } from '../cli/commands/shell/exit-codes.ts'
import { settingTexts } from '../cli/i18n/setting-texts.en.ts'
import { GIF_REFUSALS } from '../gif/gif-refusal.ts'
import { CLOSE_CODES } from '../protocol/close-codes.ts'
import { ERROR_CODES } from '../protocol/error-codes.ts'
import { readConfig, SETTINGS } from '../server/config.ts'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const protocol = readFileSync(join(root, 'protocol/PROTOCOL.md'), 'utf8')

test('the README names every setting with its variable and its default', () => {
  const defaults = readConfig({}, {})
  for (const [name, { flag, env }] of Object.entries(SETTINGS)) {
    const row = readme.split('\n').find(line => line.startsWith(`| \`--${flag}\` | \`${env}\` |`))
    assert.ok(row !== undefined, `--${flag} has no row`)
    const value = defaults[name as keyof typeof SETTINGS] // a key of SETTINGS
    if (typeof value === 'number') assert.ok(row.includes(`| ${value.toLocaleString('en')} |`), row)
  }
})

test('the README says of every setting of the screen what it can be and what it means, and of no other', () => {
  const rows = DISPLAY_SETTING_NAMES.map(name => {
    const { flag, env, fallback } = DISPLAY_SETTINGS[name]
    const value = typeof fallback === 'string' ? fallback : fallback ? 'on' : 'off'
    const values = allowedValues(DISPLAY_SETTINGS[name]).join(', ')
    return `| \`--${flag}\` | \`${env}\` | ${values} | \`${value}\` | ${settingTexts[name]} |`
  })
  const section = readme.split(/^###? /m).find(part => part.startsWith('Settings of the screen')) ?? ''
  assert.deepEqual(section.match(/^\| `--.*$/gm), rows)
})

test('the README names every exit code', () => {
  for (const code of Object.values(EXIT_CODES)) assert.match(readme, new RegExp(`^\\| ${code} \\|`, 'm'))
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

test('every file and rule that the documents point to is there', () => {
  for (const file of ['README.md', 'protocol/PROTOCOL.md']) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const [, link] of text.matchAll(/\]\((?!#|https?:)([^)#]+)/g)) {
      assert.ok(existsSync(join(root, dirname(file), link ?? '')), `${file}: ${link}`)
    }
  }
})
