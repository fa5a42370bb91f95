import { useSyncExternalStore } from 'react'
import { localTime, relativeTime } from './when.ts'

const TICK_MS = 10_000

let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** One clock for all times of the page. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  now = Date.now()
  for (const listener of listeners) listener()
}

const read = () => now

/** A point in time, relative to now, or as the reader's clock shows it. The other forms and UTC are told on hover. */
export function Time({ at, exact = false }: { at: string; exact?: boolean }) {
  const current = useSyncExternalStore(subscribe, read)
  const time = new Date(at)
  const local = localTime(time)
  const relative = relativeTime(time, Math.max(current, time.getTime() > Date.now() ? 0 : time.getTime()))
  return (
    <time dateTime={at} title={`${relative}\n${local}\n${time.toISOString()}`}>
      {exact ? local : relative}
    </time>
  )
}
