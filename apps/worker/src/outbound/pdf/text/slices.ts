import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const require = createRequire(import.meta.url)

/** A file of a family with some of its characters. */
export interface Slice {
  /** Unique among all families. */
  name: string
  /** As fonts are named: `NotoSansJP`. */
  family: string
  path: string
  /** Pairs of a first and a last code point. */
  ranges: [number, number][]
}

const families = new Map<string, Slice[]>()

/** The slices of a family, read once per process: a list of names and ranges, no font. */
export function slicesOf(family: string): Slice[] {
  const known = families.get(family)
  if (known) return known
  const list = require.resolve(`@fontsource-variable/${family}/unicode.json`)
  const files = join(dirname(list), 'files')
  const rangesByName = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(list, 'utf8')))
  const slices = Object.entries(rangesByName).map(([key, ranges]) => {
    const name = `${family}-${key.replace(/[[\]]/g, '')}`
    const path = join(files, `${name}-wght-normal.woff2`)
    return { name, family: nameOf(family), path, ranges: ranges.split(',').map(rangeOf) }
  })
  families.set(family, slices)
  return slices
}

/** `noto-sans-jp` is NotoSansJP. */
const nameOf = (family: string): string =>
  family
    .split('-')
    .map((word) => (word.length === 2 ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('')

/** `U+00` and `U+0-ff`. */
function rangeOf(text: string): [number, number] {
  const [first = '', last = first] = text.trim().replace(/^U\+/i, '').split('-')
  return [Number.parseInt(first, 16), Number.parseInt(last, 16)]
}

/** Joiners and variation selectors, which need no glyph. */
const IGNORABLE = /^(\u200c|\u200d|[\ufe00-\ufe0f])$/

export const isIgnorable = (char: string): boolean => IGNORABLE.test(char)

/** Whether a slice has every character of a cluster. */
export function covers({ ranges }: Slice, cluster: string): boolean {
  for (const char of cluster) {
    const code = char.codePointAt(0) ?? 0
    if (!isIgnorable(char) && !ranges.some(([first, last]) => first <= code && code <= last)) return false
  }
  return true
}
