/** Rates of events at which every fault is run. */
export const LOADS = ['idle', 'base', 'high'] as const
export type Load = (typeof LOADS)[number]

/** A few events, so that timers and idle connections show. */
const IDLE_RATE = 2
export const BASE_RATE = 50

/** Events a second of both providers together. @param highRate what `findHighRate` found on this machine. */
export function rateOf(load: Load, highRate: number, base = BASE_RATE): number {
  return { idle: IDLE_RATE, base, high: Math.max(base, highRate) }[load]
}
