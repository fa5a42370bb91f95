import { levelsOf } from './bidi.ts'
import { HELVETICA, type Weight } from './faces.ts'
import type { Fonts, SetCluster } from './fonts.ts'
import { lineBreaksOf } from './line-breaks.ts'
import { inVisualOrder, type Run, runsOf } from './runs.ts'

/** A line of text, ready to be drawn. */
export interface Line {
  /** From left to right. */
  runs: (Run & { width: number })[]
  width: number
}

export interface Setting {
  fonts: Fonts
  /** Width of a text in one font, in points. */
  measure(run: Run, size: number): number
}

export interface Style {
  size: number
  weight: Weight
  /** Lines are broken to this width, in points. */
  width: number
}

/** Sets a cleaned text in lines: breaks them where their script allows, and puts each in the order of reading. */
export function setText(text: string, style: Style, setting: Setting): Line[] {
  return text.split('\n').flatMap((paragraph) => setParagraph(paragraph, style, setting))
}

function setParagraph(text: string, { size, weight, width }: Style, { fonts, measure }: Setting): Line[] {
  if (fonts.onlyHelvetica) {
    const run = { text: text.trimEnd(), face: HELVETICA[weight], isRightToLeft: false }
    const whole = measure(run, size)
    if (whole <= width) return [{ runs: [{ ...run, width: whole }], width: whole }]
  }
  const clusters = fonts.clustersOf(text, weight)
  const levels = levelsOf(text)
  const widthOf = (part: SetCluster[]) => runsOf(part, levels).reduce((sum, run) => sum + measure(run, size), 0)
  return breakLines(clusters, lineBreaksOf(text), width, widthOf).map((line) => {
    const runs = inVisualOrder(runsOf(line, levels)).map((run) => ({ ...run, width: measure(run, size) }))
    return { runs, width: runs.reduce((sum, run) => sum + run.width, 0) }
  })
}

/** Fills lines word by word. A word that is wider than a line is broken between two characters. */
function breakLines(
  clusters: SetCluster[],
  breaks: number[],
  width: number,
  widthOf: (part: SetCluster[]) => number,
): SetCluster[][] {
  const lines: SetCluster[][] = [[]]
  let filled = 0
  const put = (part: SetCluster[]) => {
    const partWidth = widthOf(part)
    const isFull = filled > 0 && filled + widthOf(withoutSpaces(part)) > width
    if (isFull) lines.push([])
    lines.at(-1)?.push(...part)
    filled = (isFull ? 0 : filled) + partWidth
  }
  for (const word of wordsOf(clusters, breaks)) {
    if (widthOf(withoutSpaces(word)) <= width) put(word)
    else for (const cluster of word) put([cluster])
  }
  return lines.map(withoutSpaces)
}

function wordsOf(clusters: SetCluster[], breaks: number[]): SetCluster[][] {
  const words: SetCluster[][] = breaks.map(() => [])
  let word = 0
  for (const cluster of clusters) {
    while (cluster.at >= (breaks[word] ?? Number.POSITIVE_INFINITY)) word += 1
    words[word]?.push(cluster)
  }
  return words.filter(({ length }) => length > 0)
}

/** Spaces at the end of a line are not set. */
function withoutSpaces(clusters: SetCluster[]): SetCluster[] {
  const last = clusters.findLastIndex(({ text }) => text !== ' ')
  return clusters.slice(0, last + 1)
}
