import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, readlink, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { FaultContext } from '../fault.ts'

/** `12345 write(9, "*3"..., 41) = 41`, and `12345 fdatasync(9) = 0`. */
const CALL = /^(\d+) +(write|fdatasync)\((\d+)(?:,.*)?\) += (\d+)$/
const BEGUN = /^(\d+) +fdatasync\((\d+) <unfinished/
const ENDED = /^(\d+) +<\.\.\. fdatasync resumed>\) += 0$/

/**
 * Ends Redis as a power failure does: everything that was not synced to disk is lost. `kill -9` cannot show that, since
 * the kernel keeps what was written. Traces Redis' system calls for a while, kills it, and truncates its log to the
 * length that it had when the last completed sync began.
 */
export async function losePower({ redis }: Pick<FaultContext, 'redis'>, pid: number, watchMs: number): Promise<number> {
  const { path, descriptor } = await logOf(pid)
  const trace = join(tmpdir(), `sluice-power-loss-${pid}`)
  const before = (await stat(path)).size
  const watcher = spawn('strace', ['-f', '-p', `${pid}`, '-e', 'trace=write,fdatasync', '-s', '0', '-o', trace])
  try {
    await pause(watchMs)
    await redis.crash()
    if (watcher.exitCode === null) await once(watcher, 'close')
    const { size } = await stat(path)
    const kept = syncedBytes(await readFile(trace, 'utf8'), descriptor, before)
    await truncate(path, Math.min(kept, size))
    return size - kept
  } finally {
    watcher.kill()
    await rm(trace, { force: true })
  }
}

async function logOf(pid: number): Promise<{ path: string; descriptor: number }> {
  for (const descriptor of await readdir(`/proc/${pid}/fd`)) {
    const path = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
    if (path.endsWith('.incr.aof')) return { path, descriptor: Number(descriptor) }
  }
  throw new Error('this Redis writes no log')
}

/** Length of the log that was certainly on disk. */
export function syncedBytes(trace: string, descriptor: number, before: number): number {
  const underWay = new Map<string, number>()
  let written = before
  let synced = before
  for (const line of trace.split('\n')) {
    const [, , call, on, result] = CALL.exec(line) ?? []
    if (call === 'write' && Number(on) === descriptor) written += Number(result)
    if (call === 'fdatasync' && Number(on) === descriptor) synced = written
    const [, thread = '', unfinished] = BEGUN.exec(line) ?? []
    if (Number(unfinished) === descriptor) underWay.set(thread, written)
    const [, finished = ''] = ENDED.exec(line) ?? []
    synced = Math.max(synced, underWay.get(finished) ?? 0)
    underWay.delete(finished)
  }
  return synced
}
