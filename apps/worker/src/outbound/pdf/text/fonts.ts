import { createCache } from './cache.ts'
import { cleanText } from './clean-text.ts'
import { clustersOf } from './clusters.ts'
import { type Face, HELVETICA, type Weight } from './faces.ts'
import { hanOf } from './families.ts'
import { createResolver, type Resolver, WESTERN } from './resolve-cluster.ts'

/** A character in a font that has it. */
export interface SetCluster {
  text: string
  /** Position in its text. */
  at: number
  face: Face
}

export interface Fonts {
  /** True if no text of the document needs another font. */
  onlyHelvetica: boolean
  /** Documents of the same choice set a text in the same fonts. */
  choice: string
  /** Splits a paragraph of a text that was loaded, and has been cleaned. */
  clustersOf(paragraph: string, weight: Weight): SetCluster[]
}

export interface WeightedText {
  text: string
  weight: Weight
}

const EUROPEAN = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]/gu

/** Paragraphs of labels, of amounts and of the seller come again in the next document; longer ones seldom do. */
const kept = createCache<SetCluster[]>(2_000)
export const SHORT = 100

/**
 * Loads the fonts that the texts of a document need.
 *
 * @param locale the reader's language, which decides how Chinese characters are drawn where the text does not.
 */
export async function loadFonts(texts: WeightedText[], locale: string): Promise<Fonts> {
  const paragraphs = texts.flatMap(({ text, weight }) =>
    cleanText(text)
      .split('\n')
      .map((paragraph) => ({ text: paragraph, weight })),
  )
  const all = paragraphs.map(({ text }) => text).join('\n')
  if (WESTERN.test(all)) return { onlyHelvetica: true, choice: 'Helvetica', clustersOf: inHelvetica }

  const hasHelvetica = WESTERN.test(all.match(EUROPEAN)?.join('') ?? '')
  const resolve = createResolver(hasHelvetica)
  const documentHan = hanOf(all, locale)
  const choice = `${hasHelvetica} ${documentHan}`
  const keyOf = (text: string, weight: Weight) => `${choice} ${weight} ${text}`
  const clusters = new Map<string, SetCluster[]>()

  for (const { text, weight } of paragraphs) {
    const key = keyOf(text, weight)
    if (clusters.has(key)) continue
    const known = kept.get(key)
    const han = hanOf(text, documentHan)
    const found = known ?? (await setClusters(text, (cluster) => resolve(cluster, han, weight)))
    clusters.set(key, found)
    if (!known && text.length <= SHORT) kept.keep(key, found)
  }

  return { onlyHelvetica: false, choice, clustersOf: (text, weight) => clusters.get(keyOf(text, weight)) ?? [] }
}

async function setClusters(text: string, resolve: (cluster: string) => ReturnType<Resolver>): Promise<SetCluster[]> {
  const found: SetCluster[] = []
  for (const cluster of clustersOf(text))
    for (const part of await resolve(cluster.text)) found.push({ ...part, at: cluster.at })
  return found
}

const inHelvetica: Fonts['clustersOf'] = (text, weight) =>
  clustersOf(text).map((cluster) => ({ ...cluster, face: HELVETICA[weight] }))
