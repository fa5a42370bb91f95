import { readFile } from 'node:fs/promises'
import { type ShapedFont, shapedFont } from './shaped-font.ts'
import { isIgnorable, type Slice } from './slices.ts'

/** A font in one weight. */
export interface Face {
  /** Unique in a document. */
  name: string
  /** The font of a document that it is a part of. */
  embeddedAs: string
  /** Null for a font that every PDF reader has. */
  font: ShapedFont | null
  /** Whether it has a glyph for every character. */
  has(text: string): boolean
}

export type Weight = 'regular' | 'bold'

/** Callers know that it has Windows-1252. */
const everything = () => true

export const HELVETICA: Record<Weight, Face> = {
  regular: { name: 'Helvetica', embeddedAs: 'Helvetica', font: null, has: everything },
  bold: { name: 'Helvetica-Bold', embeddedAs: 'Helvetica-Bold', font: null, has: everything },
}

const AXIS: Record<Weight, number> = { regular: 400, bold: 600 }
const STYLE: Record<Weight, string> = { regular: 'Regular', bold: 'SemiBold' }

/** Tables that PDF does not use, or that a font in one weight no longer needs. */
const DROPPED = ['DSIG', 'STAT', 'MVAR', 'VDMX', 'hdmx', 'vhea', 'vmtx', 'VORG', 'BASE']

/** About 50 MB; a process whose documents need more reads the oldest ones again. */
const FACES_MAX = 300

const faces = new Map<string, Promise<Face>>()

/** A slice in one weight, read once per process. */
export function faceOf(slice: Slice, weight: Weight): Promise<Face> {
  const name = `${slice.name}-${weight}`
  const known = faces.get(name)
  if (known !== undefined) return known
  const face = readFace(name, slice, weight)
  faces.set(name, face)
  face.catch(() => faces.delete(name))
  const [oldest = name] = faces.keys()
  if (faces.size > FACES_MAX) faces.delete(oldest)
  return face
}

/** A PDF cannot hold a font of many weights, so the weight is cut out of it. */
async function readFace(name: string, { family, path }: Slice, weight: Weight): Promise<Face> {
  const { default: subsetFont } = await import('subset-font')
  const bytes = await subsetFont(await readFile(path), undefined, {
    targetFormat: 'truetype',
    variationAxes: { wght: AXIS[weight] },
    keepAllGlyphs: true,
    noHinting: true,
    dropTables: DROPPED,
  })
  const font = await shapedFont(bytes)
  const has = (text: string) =>
    Array.from(text).every((char) => isIgnorable(char) || font.has(char.codePointAt(0) ?? 0))
  return { name, embeddedAs: `${family}-${STYLE[weight]}`, font, has }
}
