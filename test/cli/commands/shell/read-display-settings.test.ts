import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DISPLAY_SETTING_NAMES, DISPLAY_SETTINGS } from '../../../../cli/app/model/display-settings.ts'
import {
  DisplaySettingError,
  readDisplaySettings,
} from '../../../../cli/commands/shell/read-display-settings.ts'

test("a setting's name is its flag in camel case, as the command line parser returns it", () => {
  for (const name of DISPLAY_SETTING_NAMES) {
    assert.equal(
      name,
      DISPLAY_SETTINGS[name].flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    )
  }
})

test('a flag wins over its variable, a variable over the default, and an empty variable is ignored', () => {
  assert.equal(readDisplaySettings({}, {}).graphics, 'auto')
  assert.equal(readDisplaySettings({}, { GIFCHAT_GRAPHICS: '256' }).graphics, '256')
  assert.equal(readDisplaySettings({ graphics: '16' }, { GIFCHAT_GRAPHICS: '256' }).graphics, '16')
  assert.equal(readDisplaySettings({ graphics: 'Text' }, {}).graphics, 'text')
  assert.equal(readDisplaySettings({}, { GIFCHAT_GRAPHICS: '' }).graphics, 'auto')
})

test('a switch is set by its flag, or by the usual words in its variable', () => {
  const read = (variable: string | undefined, screenReader?: boolean) =>
    readDisplaySettings(screenReader === undefined ? {} : { screenReader }, {
      GIFCHAT_SCREEN_READER: variable,
    }).screenReader
  assert.deepEqual(
    [undefined, '1', 'ON', 'off', '0'].map(word => read(word)),
    [false, true, true, false, false],
  )
  assert.equal(read('on', false), false)
  assert.equal(read(undefined, true), true)
})

test('any other value is refused with its source and the allowed values', () => {
  assert.throws(
    () => readDisplaySettings({ theme: 'blue' }, {}),
    new DisplaySettingError('--theme', 'blue', ['auto', 'dark', 'light']),
  )
  assert.throws(
    () => readDisplaySettings({ theme: '' }, {}),
    new DisplaySettingError('--theme', '', ['auto', 'dark', 'light']),
  )
  assert.throws(
    () => readDisplaySettings({}, { GIFCHAT_SCREEN_READER: 'maybe' }),
    new DisplaySettingError('GIFCHAT_SCREEN_READER', 'maybe', ['on', 'off']),
  )
})
