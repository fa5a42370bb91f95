import { Worker } from 'node:worker_threads'

const BEAT_MS = 250

/**
 * Kills the process when its event loop is blocked for `limitMs`, so that other workers take over its jobs. Uses a
 * separate thread and SIGKILL, because a blocked event loop runs no signal handlers.
 */
export function startWatchdog(limitMs: number): () => void {
  const beats = new Int32Array(new SharedArrayBuffer(4))
  const timer = setInterval(() => Atomics.add(beats, 0, 1), BEAT_MS)
  const thread = new Worker(THREAD, { eval: true, workerData: { beats, limitMs, pid: process.pid } })
  thread.unref()
  return () => {
    clearInterval(timer)
    void thread.terminate()
  }
}

const THREAD = `
const { workerData: { beats, limitMs, pid } } = require('node:worker_threads')
const { writeSync } = require('node:fs')
let last = -1
let since = performance.now()
setInterval(() => {
  const now = Atomics.load(beats, 0)
  if (now !== last) { last = now; since = performance.now(); return }
  if (performance.now() - since < limitMs) return
  const line = { level: 'error', message: 'Event loop blocked', app: 'worker', durationMs: Math.round(performance.now() - since) }
  try { writeSync(1, JSON.stringify(line) + '\\n') } catch {} // a full disk must not save the process
  process.kill(pid, 'SIGKILL')
}, 250)
`
