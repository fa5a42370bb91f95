import { cleanText } from './clean-text.ts'
import { clustersOf } from './clusters.ts'
import { type Face, HELVETICA, type Weight } from './faces.ts'
import { type Han, hanOf } from './families.ts'
import { createResolver, type Part, WESTERN } from './resolve-cluster.ts'

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
  /** Splits a text that was loaded, and has been cleaned. */
  clustersOf(text: string, weight: Weight): SetCluster[]
}

export interface WeightedText {
  text: string
  weight: Weight
}

const EUROPEAN = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]/gu

/**
 * Loads the fonts that the texts of a document need.
 *
 * @param locale the reader's language, which decides how Chinese characters are drawn where the text does not.
 */
export async function loadFonts(texts: WeightedText[], locale: string): Promise<Fonts> {
  const cleaned = texts.map(({ text, weight }) => ({ text: cleanText(text), weight }))
  const all = cleaned.map(({ text }) => text).join('\n')
  if (WESTERN.test(all)) return { onlyHelvetica: true, clustersOf: inHelvetica }

  const resolve = createResolver(WESTERN.test(all.match(EUROPEAN)?.join('') ?? ''))
  const documentHan = hanOf(all, locale)
  const parts = new Map<string, Part[]>()
  const keyOf = (cluster: string, han: Han, weight: Weight) => `${weight} ${han} ${cluster}`

  for (const { text, weight } of cleaned) {
    const han = hanOf(text, documentHan)
    for (const cluster of clustersOf(text)) {
      const key = keyOf(cluster.text, han, weight)
      if (!parts.has(key)) parts.set(key, await resolve(cluster.text, han, weight))
    }
  }

  return {
    onlyHelvetica: false,
    clustersOf: (text, weight) => {
      const han = hanOf(text, documentHan)
      return clustersOf(text).flatMap((cluster) =>
        (parts.get(keyOf(cluster.text, han, weight)) ?? []).map((part) => ({ ...part, at: cluster.at })),
      )
    },
  }
}

const inHelvetica: Fonts['clustersOf'] = (text, weight) =>
  clustersOf(text).map((cluster) => ({ ...cluster, face: HELVETICA[weight] }))
