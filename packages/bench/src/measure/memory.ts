import { spawnSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import type { Stores } from '../setup/stores.ts'
import { slope } from '../statistics.ts'

export type Point = readonly [events: number, bytes: number]

/** Samples the memory of a process, with the number of events so far, until it is stopped. */
export function watchMemory(pid: number, events: () => Promise<number>, everyMs = 100) {
  const points: Point[] = []
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      points.push([await events(), residentBytes(pid)])
      await pause(everyMs)
    }
  })()
  return {
    async stop(): Promise<Point[]> {
      isOver = true
      await watching
      return [...points, [await events(), residentBytes(pid)]]
    },
  }
}

/** Growth in bytes per event over the second half of the samples. */
export const growthOf = (points: Point[]): number => slope(points.slice(Math.floor(points.length / 2)))

const residentBytes = (pid: number): number =>
  Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) * 1024

/** Memory of all keys, as Redis reports it. */
export async function redisBytes({ redis }: Stores): Promise<number> {
  let bytes = 0
  for await (const keys of redis.scanStream({ count: 1_000 })) {
    const pipeline = redis.pipeline()
    for (const key of keys as string[]) pipeline.memory('USAGE', key, 'SAMPLES', 0)
    for (const [, usage] of (await pipeline.exec()) ?? []) bytes += Number(usage)
  }
  return bytes
}
