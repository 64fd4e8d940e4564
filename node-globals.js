// What the bundle means by these names: as globals they are getters, which V8 calls anew each time.
export { Buffer } from 'node:buffer'
export { performance } from 'node:perf_hooks'
export { default as process } from 'node:process'
