import type { AppTimes } from './model/app-state.ts'

export const systemTimes = (): AppTimes => ({ now: performance.now(), wallTime: Date.now() })
