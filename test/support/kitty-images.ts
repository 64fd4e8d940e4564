import assert from 'node:assert/strict'
import { inflateSync } from 'node:zlib'

/** A frame as the terminal keeps it: its RGBA pixels and for how many milliseconds it is shown. */
export interface KittyFrame {
  readonly width: number
  readonly height: number
  readonly pixels: Buffer
  gapMs: number
}

export interface KittyImage {
  readonly columns: number
  readonly rows: number
  readonly frames: KittyFrame[]
  runState: 'stopped' | 'loading' | 'looping'
}

interface Transmission {
  readonly keys: ReadonlyMap<string, string>
  data: string
}

const RUN_STATES = { 1: 'stopped', 2: 'loading', 3: 'looping' } as const

/**
 * Reads a stream as a terminal with kitty's graphics does, and throws where such a terminal would
 * refuse a command (kitty, docs/graphics-protocol.rst).
 */
export class KittyImages {
  readonly images = new Map<number, KittyImage>()
  readonly freed: number[] = []
  #open: Transmission | undefined

  /** Reads one write. No write may end within a command. */
  constructor(writes: readonly string[] = []) {
    for (const write of writes) this.read(write)
  }

  read(text: string): void {
    for (const [, keys = '', payload = ''] of text.matchAll(/\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\/g))
      this.#command(new Map(keys.split(',').map(pair => [pair.slice(0, 1), pair.slice(2)])), payload)
    assert.equal(
      text.split('\x1b_G').length,
      text.split(/\x1b_G[^\x1b]*\x1b\\/).length,
      'no command is cut off',
    )
  }

  /** Whether no transmission is unfinished. */
  get isWhole(): boolean {
    return this.#open === undefined
  }

  image(id: number): KittyImage {
    const image = this.images.get(id)
    assert.ok(image !== undefined, `there is no image ${id}`)
    return image
  }

  #command(keys: ReadonlyMap<string, string>, payload: string): void {
    assert.equal(keys.get('q'), '2', 'a terminal is not to answer what nobody reads')
    if (this.#open !== undefined) {
      const action = this.#open.keys.get('a')
      assert.deepEqual(
        [...keys.keys()].toSorted(),
        action === 'f' ? ['a', 'm', 'q'] : ['m', 'q'],
        'nothing comes between the pieces of one transmission',
      )
      if (action === 'f') assert.equal(keys.get('a'), 'f')
      this.#chunk(this.#open, keys, payload)
      return
    }
    const action = keys.get('a')
    if (action === 'T' || action === 'f') this.#chunk({ keys, data: '' }, keys, payload)
    else if (action === 'a') this.#control(keys)
    else this.#free(keys)
  }

  #free(keys: ReadonlyMap<string, string>): void {
    const id = Number(keys.get('i'))
    assert.deepEqual([...keys.keys()].toSorted(), ['a', 'd', 'i', 'q'])
    assert.deepEqual([keys.get('a'), keys.get('d')], ['d', 'I'], 'the pixels are freed too')
    this.images.delete(id)
    this.freed.push(id)
  }

  #chunk(transmission: Transmission, keys: ReadonlyMap<string, string>, payload: string): void {
    assert.ok(payload.length > 0 && payload.length <= 4096, `a piece of ${payload.length} bytes`)
    transmission.data += payload
    this.#open = keys.get('m') === '1' ? transmission : undefined
    if (this.#open !== undefined) assert.equal(payload.length % 4, 0)
    else this.#transmitted(transmission)
  }

  #transmitted({ keys, data }: Transmission): void {
    const number = (key: string) => Number(keys.get(key))
    assert.deepEqual([keys.get('f'), keys.get('o')], ['32', 'z'])
    const [width, height] = [number('s'), number('v')]
    const pixels = inflateSync(Buffer.from(data, 'base64'))
    assert.equal(pixels.length, width * height * 4)
    const id = number('i')
    assert.ok(id > 0 && id < 0x1000000)
    if (keys.get('a') === 'T') {
      assert.equal(keys.get('U'), '1')
      assert.ok(!this.images.has(id), 'an id is used once')
      const frames = [{ width, height, pixels, gapMs: 0 }]
      this.images.set(id, { columns: number('c'), rows: number('r'), frames, runState: 'stopped' })
      return
    }
    const { frames } = this.image(id)
    assert.deepEqual([width, height], [frames[0]?.width, frames[0]?.height])
    assert.equal(keys.get('X'), '1', 'a frame replaces what is below it')
    assert.ok(number('z') > 0)
    frames.push({ width, height, pixels, gapMs: number('z') })
  }

  #control(keys: ReadonlyMap<string, string>): void {
    const image = this.image(Number(keys.get('i')))
    const [frame, state] = [keys.get('r'), keys.get('s')]
    if (frame !== undefined) {
      const changed = image.frames[Number(frame) - 1]
      assert.ok(changed !== undefined)
      changed.gapMs = Number(keys.get('z'))
    }
    // Other states never reach a terminal.
    if (state !== undefined) image.runState = RUN_STATES[Number(state) as keyof typeof RUN_STATES]
  }
}
