// This runs in the browser. The types of what it uses there are not those of Node.

interface BrowserFrame {
  readonly format: string
  readonly codedWidth: number
  readonly codedHeight: number
  /** Microseconds. */
  readonly duration: number | null
  allocationSize(): number
  copyTo(bytes: Uint8Array): Promise<unknown>
  close(): void
}

interface BrowserImageDecoder {
  readonly completed: Promise<void>
  readonly tracks: {
    readonly ready: Promise<void>
    readonly selectedTrack: { readonly frameCount: number; readonly repetitionCount: number } | null
  }
  decode(options: {
    frameIndex: number
    completeFramesOnly?: boolean
  }): Promise<{ readonly image: BrowserFrame }>
  close(): void
}

declare const Image: new () => {
  src: string
  readonly naturalWidth: number
  readonly naturalHeight: number
  onload: () => void
  onerror: () => void
}

declare const OffscreenCanvas: new (
  width: number,
  height: number,
) => {
  getContext(kind: '2d'): {
    drawImage(image: object, left: number, top: number): void
    getImageData(
      left: number,
      top: number,
      width: number,
      height: number,
    ): { readonly data: Uint8ClampedArray }
  }
}

declare const ImageDecoder: new (options: {
  data: ArrayBuffer
  type: string
  colorSpaceConversion: string
}) => BrowserImageDecoder

/** Judges all files. It becomes the text of a script, so it uses nothing from outside. */
export async function judgeGifs(count: number): Promise<void> {
  const hashOf = async (image: BrowserFrame): Promise<string> => {
    const bytes = new Uint8Array(image.allocationSize())
    await image.copyTo(bytes)
    const isBlueFirst = image.format.startsWith('BGR')
    const isOpaque = image.format.endsWith('X')
    for (let at = 0; at < bytes.length; at += 4) {
      const first = bytes[at] ?? 0
      if (isBlueFirst) {
        bytes[at] = bytes[at + 2] ?? 0
        bytes[at + 2] = first
      }
      if (isOpaque) bytes[at + 3] = 255
      else if (bytes[at + 3] === 0) bytes.fill(0, at, at + 3)
    }
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    return Array.from(digest.subarray(0, 8), byte => byte.toString(16).padStart(2, '0')).join('')
  }
  /** A single frame whose pixels end early is nothing for `ImageDecoder`, yet a page shows it. */
  const shownAsImage = (data: ArrayBuffer, refusal: string): Promise<object> => {
    const image = new Image()
    image.src = URL.createObjectURL(new Blob([data], { type: 'image/gif' }))
    return new Promise(resolve => {
      image.onerror = () => resolve({ refusal })
      image.onload = () => {
        const { naturalWidth: width, naturalHeight: height } = image
        const context = new OffscreenCanvas(width, height).getContext('2d')
        context.drawImage(image, 0, 0)
        // A page takes a file as a picture whose size is all that it can read.
        if (context.getImageData(0, 0, width, height).data.every(channel => channel === 0))
          return resolve({ refusal })
        resolve({ width, height, plays: 1, frames: [{ shownMs: 0, hash: '', isPartial: true }] })
      }
    })
  }
  const judge = async (data: ArrayBuffer): Promise<object> => {
    const decoder = new ImageDecoder({ data, type: 'image/gif', colorSpaceConversion: 'none' })
    try {
      await decoder.tracks.ready
      await decoder.completed
      const track = decoder.tracks.selectedTrack
      if (track === null) return { refusal: 'it has no track' }
      const frames: object[] = []
      let size = { width: 0, height: 0 }
      const decode = async (frameIndex: number, isPartial: boolean) => {
        const { image } = await decoder.decode({ frameIndex, completeFramesOnly: !isPartial })
        size = { width: image.codedWidth, height: image.codedHeight }
        // Browsers show a frame of 10 ms or less for 100 ms. They do so when they play it.
        const ms = (image.duration ?? 0) / 1_000
        frames.push({ shownMs: ms <= 10 ? 100 : ms, hash: await hashOf(image), isPartial })
        image.close()
      }
      let refusal = 'it has no frames'
      for (let frameIndex = 0; frameIndex < track.frameCount; frameIndex++) {
        try {
          await decode(frameIndex, false).catch(() => decode(frameIndex, true))
        } catch (error) {
          refusal = String(error)
          if (frames.length === 0) break
          // It builds on a frame that is there in part only.
          frames.push({ shownMs: 0, hash: '', isPartial: true })
        }
      }
      if (frames.length === 0) return await shownAsImage(data, refusal)
      const repetitions = track.repetitionCount
      return { ...size, plays: Number.isFinite(repetitions) ? repetitions + 1 : 0, frames }
    } catch (error) {
      return { refusal: String(error) }
    } finally {
      decoder.close()
    }
  }
  for (let index = 0; index < count; index++) {
    const data = await (await fetch(`/gif/${index}`)).arrayBuffer()
    await fetch(`/verdict/${index}`, { method: 'POST', body: JSON.stringify(await judge(data)) })
  }
}
