import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { linksAndMentionsIn } from '../../../../../cli/app/model/links-and-mentions.ts'
import { type MetPeople, meetPeople, nobodyMet } from '../../../../../cli/app/model/people/met-people.ts'
import { mentionOfPerson, personNameOf } from '../../../../../cli/app/model/people/names.ts'
import { areColorsAlike, labColorOf } from '../../../../../cli/terminal/color/color-difference.ts'
import { parseColor } from '../../../../../cli/terminal/color/color-space.ts'
import type { ScreenColors } from '../../../../../cli/terminal/color/shown-color.ts'
import type { User } from '../../../../../protocol/model.ts'

const DARK: ScreenColors = { depth: 'truecolor', background: '#000000' }
const TEAL: User = { id: 'teal99aaaaaa', color: '#12C6B8' }
/** ΔE00 0.5 from TEAL. */
const STEP: User = { id: 'step99aaaaaa', color: '#12C8B8' }
const SAND: User = { id: 'sand99aaaaaa', color: '#AC8D53' }

const metAll = (users: readonly User[], screen = DARK): MetPeople => meetPeople(nobodyMet(screen), users)
const alike = ({ people }: MetPeople) => [...people].flatMap(([id, { isAlike }]) => (isAlike ? [id] : []))
const nameIn = ({ people }: MetPeople, user: User, hasColor = true) =>
  personNameOf(user, { people, hasColor })

describe('I3: a name carries the tag', () => {
  test('when a colour is similar to that of somebody else, of whom none is left out', () => {
    assert.deepEqual(alike(metAll([TEAL, SAND])), [])
    assert.deepEqual(alike(metAll([TEAL, SAND, STEP])), [TEAL.id, STEP.id])
    assert.equal(nameIn(metAll([TEAL, SAND, STEP]), STEP), '#12C8B8 step')
    assert.equal(nameIn(metAll([TEAL, SAND, STEP]), SAND), '#AC8D53')
  })

  test('of everybody, whoever comes first, in one frame or one by one', () => {
    const byte = fc.integer({ min: 0, max: 255 }).map(value => value.toString(16).padStart(2, '0'))
    const colors = fc.array(
      fc.tuple(byte, byte, byte).map(channels => `#${channels.join('').toUpperCase()}`),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(colors, given => {
        const users = given.map((color, index): User => ({ id: `p${index}`, color }))
        const labs = given.map(color => labColorOf(parseColor(color)))
        const met = metAll(users, { depth: 'none', background: '#000000' })
        const expected = users.filter((_, one) =>
          labs.some((lab, other) => one !== other && areColorsAlike(lab, labs[one] ?? lab)),
        )
        assert.deepEqual(
          alike(met),
          expected.map(({ id }) => id),
        )
        const oneByOne = users.reduce((known, user) => meetPeople(known, [user]), nobodyMet(met.screen))
        assert.deepEqual(oneByOne.people, met.people)
      }),
    )
  })

  test('when the screen shows two colours as one, or makes them readable in the same way', () => {
    const [red, wine, rust] = ['#D23D2D', '#931F36', '#93381F'].map((color): User => ({ id: color, color }))
    assert.ok(red !== undefined && wine !== undefined && rust !== undefined)
    assert.deepEqual(alike(metAll([red, wine])), [])
    for (const depth of ['16', '256'] as const)
      assert.deepEqual(alike(metAll([red, wine], { depth, background: '#000000' })), [red.id, wine.id])
    assert.deepEqual(alike(metAll([red, rust], { depth: 'truecolor', background: '#FFFFFF' })), [])
    assert.deepEqual(alike(metAll([red, rust])), [red.id, rust.id])
  })

  test('from then on, and a known person changes nothing', () => {
    const met = metAll([TEAL, STEP])
    assert.equal(meetPeople(met, [STEP, TEAL]), met)
    assert.deepEqual(alike(meetPeople(met, [SAND])), [TEAL.id, STEP.id])
  })
})

describe('I3: a tag has more than four characters', () => {
  const twin = { id: 'teal99bbbbbb', color: TEAL.color }
  const triplet = { id: 'teal11bbbbbb', color: TEAL.color }
  const double = { id: 'teal99aaaabb', color: TEAL.color }

  test('where two people share them, as many as tell them apart', () => {
    const two = metAll([TEAL, twin])
    assert.deepEqual(
      [TEAL, twin].map(user => nameIn(two, user)),
      ['#12C6B8 teal99aa', '#12C6B8 teal99bb'],
    )
    const three = meetPeople(two, [triplet, double, SAND])
    assert.deepEqual(
      [TEAL, twin, triplet, double, SAND].map(user => nameIn(three, user, false)),
      [
        '#12C6B8 teal99aaaaaa',
        '#12C6B8 teal99bb',
        '#12C6B8 teal11bb',
        '#12C6B8 teal99aaaabb',
        '#AC8D53 sand',
      ],
    )
  })

  test('and no two people ever have the same', () => {
    const id = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 60 }), ids => {
        const met = metAll(ids.map(id => ({ id, color: '#000000' })))
        const tags = [...met.people.values()].map(({ tag }) => tag)
        assert.equal(new Set(tags).size, ids.length)
        for (const [id, { tag }] of met.people) assert.ok(id.startsWith(tag))
      }),
    )
  })

  test('and a mention by it reaches the one it names, and not the other', () => {
    const { people } = metAll([TEAL, twin])
    const text = `${mentionOfPerson(twin, people)}, look`
    assert.equal(text, '@teal99bb, look')
    assert.deepEqual(
      linksAndMentionsIn(text, twin).map(({ kind }) => kind.name),
      ['me'],
    )
    assert.deepEqual(linksAndMentionsIn(text, TEAL), [])
  })
})
