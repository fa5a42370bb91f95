import LineBreaker from 'linebreak'

/** Scripts that put no space between words: their words are in a dictionary. */
const UNSPACED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

const WORDS = new Intl.Segmenter('th', { granularity: 'word' })

/** Positions at which a line may end, in order; the last one is the end of the text. */
export function lineBreaksOf(text: string): number[] {
  const breaker = new LineBreaker(text)
  const positions = new Set<number>()
  for (let next = breaker.nextBreak(); next; next = breaker.nextBreak()) positions.add(next.position)
  if (UNSPACED.test(text)) for (const position of wordBreaksOf(text)) positions.add(position)
  positions.add(text.length)
  positions.delete(0)
  return [...positions].sort((a, b) => a - b)
}

/** Ends of words that are followed by another word. */
function wordBreaksOf(text: string): number[] {
  const segments = [...WORDS.segment(text)]
  return segments.flatMap(({ index, segment, isWordLike }, at) =>
    isWordLike && UNSPACED.test(segment) && segments[at + 1]?.isWordLike ? [index + segment.length] : [],
  )
}
