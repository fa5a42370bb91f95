import { inflateSync } from 'node:zlib'

const SIGNATURE = '89504e470d0a1a0a'

/**
 * The logo, or null for a PNG whose pixels cannot be read: PDFKit reads them later, where an error would end the
 * process.
 */
export function soundLogo(logo: Buffer): Buffer | null {
  if (logo.subarray(0, 8).toString('hex') !== SIGNATURE) return logo
  try {
    inflateSync(Buffer.concat(pixelChunks(logo)))
    return logo
  } catch {
    return null
  }
}

/** The data of its IDAT chunks: https://www.w3.org/TR/png/#11Chunks */
function pixelChunks(png: Buffer): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 8; at + 12 <= png.length; at += 12 + png.readUInt32BE(at)) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') chunks.push(png.subarray(at + 8, at + 8 + length))
  }
  return chunks
}
