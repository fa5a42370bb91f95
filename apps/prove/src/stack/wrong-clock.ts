import { heapOption } from './memory.ts'

const PRELOAD = new URL('./shifted-clock.js', import.meta.url).href

/** Environment of an app whose clock is wrong. @param later only from SIGUSR2 on. */
export const wrongClock = (kind: 'ingest' | 'worker', shiftMs: number, later = false): Record<string, string> => ({
  NODE_OPTIONS: `${heapOption(kind)} --import=${PRELOAD}`,
  CLOCK_SHIFT_MS: `${shiftMs}`,
  ...(later && { CLOCK_SHIFT_LATER: '1' }),
})
