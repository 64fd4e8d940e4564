/** A pause that can be ended early. It keeps no process alive. */
export class ShortPause {
  #end = (): void => {}

  take(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, milliseconds).unref()
      this.#end = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  endPause(): void {
    this.#end()
  }
}
