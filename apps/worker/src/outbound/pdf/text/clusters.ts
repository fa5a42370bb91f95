const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** A character as readers count them: a letter with its marks, or an emoji of several code points. */
export interface Cluster {
  text: string
  /** Position in its text. */
  at: number
}

const ASCII = /^[\u0020-\u007e]*$/

export function clustersOf(text: string): Cluster[] {
  if (ASCII.test(text)) return Array.from(text, (char, at) => ({ text: char, at }))
  return Array.from(SEGMENTER.segment(text), ({ segment, index }) => ({ text: segment, at: index }))
}
