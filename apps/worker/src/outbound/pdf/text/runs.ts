import { mirrored } from './bidi.ts'
import type { Face } from './faces.ts'
import type { SetCluster } from './fonts.ts'

/** Text in one font and one direction. */
export interface Run {
  face: Face
  text: string
  isRightToLeft: boolean
}

/** A run with its embedding level: odd levels are read from right to left (https://www.unicode.org/reports/tr9). */
type LeveledRun = Run & { level: number }

export function runsOf(clusters: SetCluster[], levels: Uint8Array): LeveledRun[] {
  const groups: { face: Face; level: number; clusters: SetCluster[] }[] = []
  for (const cluster of clusters) {
    const { face } = cluster
    const level = levels[cluster.at] ?? 0
    const last = groups.at(-1)
    if (last && last.face === face && last.level === level) last.clusters.push(cluster)
    else groups.push({ face, level, clusters: [cluster] })
  }
  return groups.map(({ face, level, clusters }) => ({
    face,
    level,
    isRightToLeft: level % 2 === 1,
    text: textOf(clusters, face, level),
  }))
}

/** A shaper orders and mirrors a text itself; a font without one gets it reversed. */
function textOf(clusters: SetCluster[], face: Face, level: number): string {
  if (level % 2 === 0 || face.font) return clusters.map(({ text }) => text).join('')
  return clusters
    .map(({ text }) => mirrored(text))
    .reverse()
    .join('')
}

/** Reverses each sequence of runs of a level, from the highest level to the lowest odd one (rule L2). */
export function inVisualOrder(runs: LeveledRun[]): LeveledRun[] {
  const ordered = [...runs]
  const highest = Math.max(0, ...runs.map(({ level }) => level))
  for (let level = highest; level > 0; level -= 1) {
    for (let start = 0; start < ordered.length; start += 1) {
      if ((ordered[start]?.level ?? 0) < level) continue
      let end = start
      while ((ordered[end]?.level ?? 0) >= level && end < ordered.length) end += 1
      ordered.splice(start, end - start, ...ordered.slice(start, end).reverse())
      start = end
    }
  }
  return ordered
}
