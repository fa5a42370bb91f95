/**
 * Reads glyphs from TrueType fonts, and writes a font of glyphs from several, as a PDF embeds it. The format:
 * https://learn.microsoft.com/en-us/typography/opentype/spec/otff
 */
export interface TrueType {
  unitsPerEm: number
  ascent: number
  descent: number
  lineGap: number
  bbox: BoundingBox
  head: Buffer
  hhea: Buffer
  maxp: Buffer
  /** Empty in a font that is embedded. */
  os2: Buffer
  /** In font units. */
  advanceOf(glyph: number): number
  outlineOf(glyph: number): Outline
}

export interface BoundingBox {
  minX: number
  minY: number
  maxX: number
  maxY: number
}

/** A glyph as the tables `glyf` and `hmtx` hold it. */
export interface Outline {
  data: Buffer
  advance: number
  bearing: number
  /** Parts of a glyph that is put together from others. */
  components: Component[]
}

interface Component {
  /** Position in the data of the id of its glyph. */
  at: number
  glyph: number
}

export function readTrueType(bytes: Buffer): TrueType {
  const table = tablesOf(bytes)
  const [head, hhea, maxp, os2] = [table('head'), table('hhea'), table('maxp'), table('OS/2')]
  const [glyf, loca, hmtx] = [table('glyf'), table('loca'), table('hmtx')]
  const hasLongOffsets = head.readInt16BE(50) === 1
  const offsetOf = (glyph: number) => (hasLongOffsets ? loca.readUInt32BE(glyph * 4) : loca.readUInt16BE(glyph * 2) * 2)
  const fullMetrics = hhea.readUInt16BE(34)
  const advanceOf = (glyph: number) => hmtx.readUInt16BE(Math.min(glyph, fullMetrics - 1) * 4)
  const bearingOf = (glyph: number) =>
    hmtx.readInt16BE(glyph < fullMetrics ? glyph * 4 + 2 : fullMetrics * 4 + (glyph - fullMetrics) * 2)
  return {
    unitsPerEm: head.readUInt16BE(18),
    ascent: hhea.readInt16BE(4),
    descent: hhea.readInt16BE(6),
    lineGap: hhea.readInt16BE(8),
    bbox: {
      minX: head.readInt16BE(36),
      minY: head.readInt16BE(38),
      maxX: head.readInt16BE(40),
      maxY: head.readInt16BE(42),
    },
    head,
    hhea,
    maxp,
    os2,
    advanceOf,
    outlineOf(glyph) {
      const data = glyf.subarray(offsetOf(glyph), offsetOf(glyph + 1))
      return { data, advance: advanceOf(glyph), bearing: bearingOf(glyph), components: componentsOf(data) }
    },
  }
}

function tablesOf(bytes: Buffer): (tag: string) => Buffer {
  const tables = new Map<string, Buffer>()
  for (let index = 0; index < bytes.readUInt16BE(4); index += 1) {
    const at = 12 + index * 16
    const start = bytes.readUInt32BE(at + 8)
    tables.set(bytes.toString('latin1', at, at + 4), bytes.subarray(start, start + bytes.readUInt32BE(at + 12)))
  }
  return (tag) => tables.get(tag) ?? Buffer.alloc(0)
}

/** Flags of a component: https://learn.microsoft.com/en-us/typography/opentype/spec/glyf#composite-glyph-description */
const WIDE_ARGUMENTS = 0x1
const SCALED = 0x8
const MORE_FOLLOW = 0x20
const SCALED_BY_TWO = 0x40
const SCALED_BY_FOUR = 0x80

function componentsOf(data: Buffer): Component[] {
  if (data.length === 0 || data.readInt16BE(0) >= 0) return []
  const components: Component[] = []
  let flags = MORE_FOLLOW
  for (let at = 10; flags & MORE_FOLLOW; ) {
    flags = data.readUInt16BE(at)
    components.push({ at: at + 2, glyph: data.readUInt16BE(at + 2) })
    at += flags & WIDE_ARGUMENTS ? 8 : 6
    if (flags & SCALED) at += 2
    else if (flags & SCALED_BY_TWO) at += 4
    else if (flags & SCALED_BY_FOUR) at += 8
  }
  return components
}

/** A font of these glyphs in this order. @param fonts those that the glyphs are from, in the same units */
export function writeTrueType(glyphs: Outline[], fonts: [TrueType, ...TrueType[]]): Buffer {
  const [head, hhea] = [Buffer.from(fonts[0].head), Buffer.from(fonts[0].hhea)]
  head.writeInt16BE(1, 50) // long offsets
  hhea.writeUInt16BE(glyphs.length, 34)
  const loca = Buffer.alloc((glyphs.length + 1) * 4)
  const hmtx = Buffer.alloc(glyphs.length * 4)
  let length = 0
  for (const [index, { data, advance, bearing }] of glyphs.entries()) {
    length += data.length
    loca.writeUInt32BE(length, (index + 1) * 4)
    hmtx.writeUInt16BE(advance, index * 4)
    hmtx.writeInt16BE(bearing, index * 4 + 2)
  }
  const glyf = Buffer.concat(glyphs.map(({ data }) => data))
  return fileOf({ glyf, head, hhea, hmtx, loca, maxp: largestOf(fonts, glyphs.length) })
}

/** Limits that a renderer reserves memory for: the greatest of all fonts. */
function largestOf(fonts: [TrueType, ...TrueType[]], count: number): Buffer {
  const largest = Buffer.from(fonts[0].maxp)
  for (const { maxp } of fonts)
    for (let at = 6; at + 2 <= largest.length; at += 2)
      largest.writeUInt16BE(Math.max(largest.readUInt16BE(at), maxp.readUInt16BE(at)), at)
  largest.writeUInt16BE(count, 4)
  return largest
}

/** @param tables in alphabetical order */
function fileOf(tables: Record<string, Buffer>): Buffer {
  const entries = Object.entries(tables)
  const directory = Buffer.alloc(12 + entries.length * 16)
  directory.writeUInt32BE(0x00010000, 0)
  directory.writeUInt16BE(entries.length, 4)
  const parts = [directory]
  let at = directory.length
  for (const [index, [tag, table]] of entries.entries()) {
    const entry = 12 + index * 16
    const padded = Buffer.concat([table, Buffer.alloc(-table.length & 3)])
    directory.write(tag, entry, 'latin1')
    directory.writeUInt32BE(checksumOf(padded), entry + 4)
    directory.writeUInt32BE(at, entry + 8)
    directory.writeUInt32BE(table.length, entry + 12)
    parts.push(padded)
    at += padded.length
  }
  return Buffer.concat(parts)
}

function checksumOf(table: Buffer): number {
  let sum = 0
  for (let at = 0; at < table.length; at += 4) sum = (sum + table.readUInt32BE(at)) >>> 0
  return sum
}
