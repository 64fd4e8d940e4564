import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DISPLAY_SETTINGS } from '../../../../cli/app/model/display-settings.ts'
import {
  CONNECTION_SETTINGS,
  type ConnectionSettingName,
} from '../../../../cli/commands/shell/connection-settings.ts'
import {
  authoritiesOption,
  type CommandOptions,
  commandTexts,
  passwordOption,
  serverOption,
  tokenFileOption,
} from '../../../../cli/commands/shell/settings.ts'
import { en } from '../../../../cli/i18n/en.ts'
import { ko } from '../../../../cli/i18n/ko.ts'
import { main } from '../../../../cli/main.ts'

/** How each setting of the connection, and the language, is read; with two values it can have. */
const READ = {
  server: { read: serverOption, values: ['ws://one:1', 'ws://other:2'] },
  password: { read: passwordOption, values: ['one', 'other'] },
  tokenFile: { read: tokenFileOption, values: ['/one.json', '/other.json'] },
  ca: { read: authoritiesOption, values: ['/one.pem', '/other.pem'] },
  lang: { read: commandTexts, values: ['en', 'ko'] },
} as const satisfies Record<ConnectionSettingName | 'lang', object>

const ENV = { ...CONNECTION_SETTINGS, lang: DISPLAY_SETTINGS.lang }

test('a flag wins over its variable, a variable over the default, and an empty variable is ignored', () => {
  for (const name of ['server', 'password', 'tokenFile', 'ca', 'lang'] as const) {
    const { read, values } = READ[name]
    const { env } = ENV[name]
    const flag = (value: string): CommandOptions => ({ [name]: value })
    const [one, other] = values
    assert.notEqual(read(flag(one), {}), read(flag(other), {}), `${name} can be two things`)
    for (const [typed, set] of [values, values.toReversed()] as const) {
      assert.equal(read(flag(typed ?? ''), { [env]: set }), read(flag(typed ?? ''), {}), name)
    }
    assert.equal(read({}, { [env]: other }), read(flag(other), {}), env)
    assert.equal(read({}, { [env]: '' }), read({}, {}), env)
  }
})

test('the language that is asked for beats the one of the system', () => {
  assert.equal(commandTexts({ lang: 'en' }, { LANG: 'ko_KR.UTF-8' }), en)
  assert.equal(commandTexts({}, { GIFCHAT_LANG: 'ko', LC_ALL: 'en_US.UTF-8' }), ko)
  assert.equal(commandTexts({}, { LANG: 'ko_KR.UTF-8' }), ko)
})

test('a mistake in the command line is told in the language of the flag, else of the variable', async context => {
  const said: string[] = []
  const { GIFCHAT_LANG: before } = process.env
  const { exitCode } = process
  context.after(() => {
    if (before === undefined) delete process.env.GIFCHAT_LANG
    else process.env.GIFCHAT_LANG = before
    process.exitCode = exitCode
  })
  const tellOff = async (variable: string, ...words: readonly string[]) => {
    process.env.GIFCHAT_LANG = variable
    const write = context.mock.method(process.stderr, 'write', (text: string) => said.push(text) > 0)
    await main(['node', 'gifchat', ...words, '--nonsense'])
    write.mock.restore()
    return said.splice(0).join('')
  }
  const isKorean = (text: string) => text.includes(ko.usage.hint)
  const isEnglish = (text: string) => text.includes(en.usage.hint)
  assert.ok(isEnglish(await tellOff('ko', '--lang', 'en')))
  assert.ok(isEnglish(await tellOff('ko', '--lang=en')))
  assert.ok(isKorean(await tellOff('en', '--lang', 'ko')))
  assert.ok(isKorean(await tellOff('ko')))
})
