declare module 'linebreak' {
  /** The line breaking algorithm of Unicode (UAX #14). */
  class LineBreaker {
    constructor(text: string)
    /** The next position at which a line may, or must, end. */
    nextBreak(): { position: number; required: boolean } | null
  }

  export = LineBreaker
}

declare module 'subset-font' {
  interface Options {
    targetFormat: 'truetype'
    variationAxes: Record<string, number>
    keepAllGlyphs: true
    noHinting?: boolean
    dropTables?: string[]
  }
  /** Converts a font; here with all its glyphs. */
  function subsetFont(font: Uint8Array, text: undefined, options: Options): Promise<Buffer>

  export = subsetFont
}
