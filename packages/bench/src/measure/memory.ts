import { spawnSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { slope } from '../statistics.ts'

export type Point = readonly [events: number, bytes: number]

/** Notes how much memory a process holds, and after how many events, until it is stopped. */
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

/** Bytes that it grew by with each event, once it had come to its size: in the second half. */
export const growthOf = (points: Point[]): number => slope(points.slice(Math.floor(points.length / 2)))

const residentBytes = (pid: number): number =>
  Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) * 1024
