import type { User, UserId } from '../../../../protocol/model.ts'
import { areColorsAlike, type Lab, labColorOf } from '../../../terminal/color/color-difference.ts'
import { parseColor } from '../../../terminal/color/color-space.ts'
import { colorOnScreen, type ScreenColors } from '../../../terminal/color/shown-color.ts'

/** Somebody who sits in a room or spoke there. */
interface MetPerson {
  readonly color: string
  /** Four characters of the id, or more if somebody else has the same four. */
  readonly tag: string
  /** Whether the colour looks like somebody else's here. It stays true after the other has left. */
  readonly isAlike: boolean
}

export type PeopleById = ReadonlyMap<UserId, MetPerson>

/** Everybody met in a room. Nobody is forgotten, so that a tag that was shown stays. */
export interface MetPeople {
  readonly people: PeopleById
  readonly screen: ScreenColors
  /** How everybody looks, in the order in which they were met. */
  readonly looks: readonly Look[]
  /** Those who look like nobody else. They are few, since there are not many different colours. */
  readonly alone: readonly { readonly id: UserId; readonly look: Look }[]
  /** Who was the first to have a tag, by that tag. */
  readonly tagged: ReadonlyMap<string, UserId>
}

export const nobodyMet = (screen: ScreenColors): MetPeople => ({
  people: new Map(),
  screen,
  looks: [],
  alone: [],
  tagged: new Map(),
})

/** Adds people, and finds out who looks like whom. Returns the same object if all are known. */
export function meetPeople(met: MetPeople, users: readonly User[]): MetPeople {
  if (users.every(({ id }) => met.people.has(id))) return met
  const people = new Map(met.people)
  const tagged = new Map(met.tagged)
  const looks = [...met.looks]
  let alone = met.alone
  for (const { id, color } of users) {
    if (people.has(id)) continue
    const look = new Look(color, met.screen)
    const doubles = alone.filter(other => look.isLike(other.look))
    for (const double of doubles) change(people, double.id, { isAlike: true })
    const isAlike = doubles.length > 0 || isLikeAnyOf(looks, look)
    alone = alone.filter(other => !doubles.includes(other))
    if (!isAlike) alone = [...alone, { id, look }]
    looks.push(look)
    people.set(id, { color, isAlike, tag: '' })
    giveTag(id, 0, people, tagged)
  }
  return { ...met, people, tagged, looks, alone }
}

/**
 * The newest are asked first, and by their own colours first, which is quick. In a crowd, almost
 * everybody looks like one of the newest.
 */
const isLikeAnyOf = (looks: readonly Look[], look: Look): boolean =>
  looks.findLast(other => look.hasColorLike(other)) !== undefined ||
  looks.findLast(other => look.isLike(other)) !== undefined

/** How much of the id a tag has, if shorter ones are taken. The whole id is always enough. */
const TAG_LENGTHS = [4, 8, 32] as const

/** Gives a tag that nobody else has. The one who has the same shorter one gets a longer one too. */
function giveTag(
  id: UserId,
  step: number,
  people: Map<UserId, MetPerson>,
  tagged: Map<string, UserId>,
): void {
  const tag = id.slice(0, TAG_LENGTHS[step])
  change(people, id, { tag })
  const holder = tagged.get(tag)
  tagged.set(tag, holder ?? id)
  if (holder === undefined || step + 1 === TAG_LENGTHS.length) return
  if (people.get(holder)?.tag === tag) giveTag(holder, step + 1, people, tagged)
  giveTag(id, step + 1, people, tagged)
}

function change(people: Map<UserId, MetPerson>, id: UserId, to: Partial<MetPerson>): void {
  const person = people.get(id)
  if (person !== undefined) people.set(id, { ...person, ...to })
}

/** What a person's colour looks like on this screen. */
class Look {
  readonly #color: string
  readonly #screen: ScreenColors
  readonly #given: Lab
  #shown: readonly (Lab | undefined)[] | undefined

  constructor(color: string, screen: ScreenColors) {
    this.#color = color
    this.#screen = screen
    this.#given = labColorOf(parseColor(color))
  }

  hasColorLike(other: Look): boolean {
    return areColorsAlike(this.#given, other.#given)
  }

  /** Whether the two colours are alike, or what the screen shows for them. */
  isLike(other: Look): boolean {
    if (this.hasColorLike(other)) return true
    const [mine, theirs] = [this.#onScreen(), other.#onScreen()]
    return mine.some((lab, index) => {
      const their = theirs[index]
      return lab !== undefined && their !== undefined && areColorsAlike(lab, their)
    })
  }

  /** As text and as a swatch. It is worked out only for those who need it, since it takes long. */
  #onScreen(): readonly (Lab | undefined)[] {
    this.#shown ??= [true, false].map(isText => {
      const shown = colorOnScreen(this.#color, this.#screen, isText)
      return shown === undefined ? undefined : labColorOf(parseColor(shown.color))
    })
    return this.#shown
  }
}
