/** Types that a browser only shows: it runs nothing of them. */
const SHOWN = new Set([
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/gif',
  'image/avif',
  'video/mp4',
  'video/webm',
  'application/pdf',
])

/** Types that are told apart by their first bytes and shown alike. */
const ALIKE: Record<string, string> = {
  'image/apng': 'image/png',
  'image/jpg': 'image/jpeg',
  'video/x-m4v': 'video/mp4',
}

/** As many bytes as `file-type` needs to recognize a file. */
export const HEAD_BYTES = 4_100

/** The type to show a file as: the stored one, if the first bytes agree. Null: only to be saved. */
export async function shownType(stored: string, head: Buffer): Promise<string | null> {
  const named = plain(stored)
  if (!SHOWN.has(named)) return null
  const { fileTypeFromBuffer } = await import('file-type') // loaded by the first file, not at the start
  const found = await fileTypeFromBuffer(head)
  return found !== undefined && plain(found.mime) === named ? named : null
}

/** Without parameters, as in `image/png; charset=binary`. */
function plain(type: string): string {
  const name = (type.split(';')[0] ?? '').trim().toLowerCase()
  return ALIKE[name] ?? name
}
