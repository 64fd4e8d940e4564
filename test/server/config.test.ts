import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConfigInput, readServerConfig, SETTINGS } from '../../server/config.ts'

// Object.keys types the names as strings.
const NAMES = Object.keys(SETTINGS) as readonly (keyof typeof SETTINGS)[]

/** Texts. At least two of them are valid for each setting. */
const TEXTS =
  '3 4 pretty json power process warn error mongodb://a mongodb://b /a /b redis://a redis://b'.split(' ')
const SECRETS = ['a long enough secret', 'another long enough secret']

/** Two valid values of a setting, as they are typed. */
function samplesOf(name: keyof typeof SETTINGS): readonly [string, string] {
  const [one, other] = [...TEXTS, ...SECRETS].filter(text => SETTINGS[name].schema.safeParse(text).success)
  assert.ok(one !== undefined && other !== undefined, `no two samples for ${name}`)
  return [one, other]
}

test('a flag beats its variable, a variable beats the default, and an empty variable is ignored', () => {
  for (const name of NAMES) {
    const { env } = SETTINGS[name]
    const [typed, set] = samplesOf(name)
    const read = (flags: ConfigInput, variables: Record<string, string>) =>
      readServerConfig(flags, variables)[name]
    assert.notDeepEqual(read({ [name]: typed }, {}), read({ [name]: set }, {}), `${name} can be two things`)
    assert.deepEqual(read({ [name]: typed }, { [env]: set }), read({ [name]: typed }, {}), name)
    assert.deepEqual(read({}, { [env]: set }), read({ [name]: set }, {}), env)
    assert.deepEqual(read({}, { [env]: '' }), read({}, {}), env)
  }
})

test('each setting is named as the command line parser names its flag', () => {
  for (const name of NAMES) {
    assert.equal(
      name,
      SETTINGS[name].flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    )
  }
})

test('no two settings share a flag or a variable', () => {
  for (const key of ['flag', 'env'] as const) {
    assert.equal(new Set(NAMES.map(name => SETTINGS[name][key])).size, NAMES.length)
  }
})

test('a whole MongoDB address beats MONGO_ID, which needs MONGO_PASSWORD as well', () => {
  const user = { MONGO_ID: 'ann', MONGO_PASSWORD: 'p/w' }
  const uriOf = (flags: ConfigInput, variables: Record<string, string>) =>
    readServerConfig(flags, variables).mongodbUri
  assert.equal(uriOf({}, user), 'mongodb://ann:p%2Fw@localhost:27017/admin?authSource=admin')
  assert.equal(uriOf({}, { ...user, MONGODB_URI: 'mongodb://b' }), 'mongodb://b')
  assert.equal(uriOf({ mongodbUri: 'mongodb://a' }, { ...user, MONGODB_URI: 'mongodb://b' }), 'mongodb://a')
  for (const name of ['MONGO_ID', 'MONGO_PASSWORD']) {
    const alone = { [name]: 'ann' }
    assert.throws(() => uriOf({}, alone), /^ServerConfigError: halfMongoLogin/)
    assert.equal(uriOf({ mongodbUri: 'mongodb://a' }, alone), 'mongodb://a')
  }
})
