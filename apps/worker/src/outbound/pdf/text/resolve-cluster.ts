import { createCache } from './cache.ts'
import { type Face, faceOf, HELVETICA, type Weight } from './faces.ts'
import { familiesFor, type Han } from './families.ts'
import { covers, isIgnorable, slicesOf } from './slices.ts'

/** Characters of the fonts that every PDF reader has (Windows-1252): no font is read or embedded. */
export const WESTERN = /^[\n\u0020-\u007e\u00a1-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*$/u

/** Stands for a character that no font has: a box. */
const MISSING = '□'

/** A character, or a part of it, in a font that has it. */
export interface Part {
  text: string
  face: Face
}

export type Resolver = (cluster: string, han: Han, weight: Weight) => Promise<Part[]>

/**
 * Finds the font of a character. One that no font has whole is set in parts, as an unknown family of emoji persons is
 * set person by person.
 *
 * @param hasHelvetica whether Helvetica has all Latin, Greek and Cyrillic letters of the document.
 */
export function createResolver(hasHelvetica: boolean): Resolver {
  return async function resolve(cluster, han, weight): Promise<Part[]> {
    if (hasHelvetica && WESTERN.test(cluster)) return [{ text: cluster, face: HELVETICA[weight] }]
    const face = await faceWith(cluster, han, weight)
    if (face) return [{ text: cluster, face }]
    const chars = Array.from(cluster)
    if (chars.length > 1) {
      const parts: Part[] = []
      for (const char of chars) if (!isIgnorable(char)) parts.push(...(await resolve(char, han, weight)))
      return parts
    }
    return cluster === MISSING ? [{ text: '?', face: HELVETICA[weight] }] : resolve(MISSING, han, weight)
  }
}

/** Faces by weight, way of drawing Chinese, and character. */
const found = createCache<Face | null>(20_000)

/** The list of a family's characters is generous, so the font itself is asked as well. */
async function faceWith(cluster: string, han: Han, weight: Weight): Promise<Face | null> {
  const key = `${weight} ${han} ${cluster}`
  const known = found.get(key)
  if (known !== undefined) return known
  for (const slice of familiesFor(cluster, han).flatMap(slicesOf)) {
    if (!covers(slice, cluster)) continue
    const face = await faceOf(slice, weight)
    if (face.has(cluster)) return found.keep(key, face)
  }
  return found.keep(key, null)
}
