import type { Supervised } from '../stack/supervise.ts'

const LINES_MAX = 50

export interface LogsSeen {
  /** Most warnings and errors of one process within a second. */
  worst: number
  wrong: string[]
}

/** Checks that no process floods its log. */
export function checkLogs(apps: Supervised[]): LogsSeen {
  const wrong: string[] = []
  let worst = 0
  for (const { name, output } of apps) {
    const busiest = busiestSecond(output())
    worst = Math.max(worst, busiest)
    if (busiest > LINES_MAX) wrong.push(`${name} wrote ${busiest} warnings and errors in a second`)
  }
  return { worst, wrong }
}

function busiestSecond(text: string): number {
  const seconds = new Map<string, number>()
  for (const [, second = ''] of text.matchAll(/"level":"(?:warn|error)".*?"timestamp":"([^".]+)/g))
    seconds.set(second, (seconds.get(second) ?? 0) + 1)
  return Math.max(0, ...seconds.values())
}
