import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, readlink, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { World } from '../world/world.ts'

/** `12345 write(9, "*3"..., 41) = 41`, and `12345 fdatasync(9) = 0`. */
const CALL = /^(\d+) +(write|fdatasync)\((\d+)(?:,.*)?\) += (\d+)$/
const BEGUN = /^(\d+) +fdatasync\((\d+) <unfinished/
const ENDED = /^(\d+) +<\.\.\. fdatasync resumed>\) += 0$/

/**
 * Ends Redis as a power failure does: whatever its log had not yet been synced to the disk is gone. `kill -9` alone
 * cannot show that, since the system still has what was written. Watches the calls that Redis makes for a while, ends
 * it, and cuts its log back to what had been written when the last sync that came to its end began.
 */
export async function losePower({ redis }: Pick<World, 'redis'>, pid: number, watchMs: number): Promise<number> {
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

/** How much of the log was on the disk for certain. */
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
