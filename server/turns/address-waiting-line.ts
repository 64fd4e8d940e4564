import { type LinePlace, WaitingLine } from './waiting-line.ts'

/** Begins a turn that was waited for. */
type BeginTurn = () => void

/** The turns that one person waits for, and where the person stands among the others. */
class Person {
  readonly name: string
  readonly line = new WaitingLine<BeginTurn>()
  place: LinePlace<Person>

  constructor(name: string, ring: WaitingLine<Person>) {
    this.name = name
    this.place = ring.join(this)
  }
}

/** Those who wait at one address. Its people get turns one after the other. */
export class AddressWaitingLine {
  readonly address: string
  /** How many turns this address has now. */
  underWay = 0
  #waiting = 0
  readonly #people = new Map<string, Person>()
  /** Everybody who waits, once each. Whoever got a turn goes to the end. */
  readonly #ring = new WaitingLine<Person>()

  constructor(address: string) {
    this.address = address
  }

  get waiting(): number {
    return this.#waiting
  }

  /** Puts `begin` behind what the same person waits for. Returns how it leaves the line. */
  wait(personName: string, begin: BeginTurn): () => void {
    const person = this.#people.get(personName) ?? this.#addPerson(personName)
    const place = person.line.join(begin)
    this.#waiting++
    return () => this.#leave(person, place)
  }

  /** Takes out who is first. */
  takeFirst(): BeginTurn | undefined {
    const person = this.#ring.first?.item
    const place = person?.line.first
    if (person === undefined || place === undefined) return undefined
    this.#ring.leave(person.place)
    person.place = this.#ring.join(person)
    this.#leave(person, place)
    return place.item
  }

  #addPerson(name: string): Person {
    const person = new Person(name, this.#ring)
    this.#people.set(name, person)
    return person
  }

  #leave(person: Person, place: LinePlace<BeginTurn>): void {
    person.line.leave(place)
    this.#waiting--
    if (person.line.length > 0) return
    this.#people.delete(person.name)
    this.#ring.leave(person.place)
  }
}
