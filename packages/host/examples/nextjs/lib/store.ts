import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'

const store = process.env.ASSET_STORE ?? 'file:.sluice/assets'

/**
 * Reads a picture that Sluice has stored, where its `ASSET_STORE` is a folder. Of `s3://bucket/prefix` redirect to a signed
 * address instead, of the object `<prefix>/<key>`.
 *
 * @param key `variants.storage_key`
 */
export async function openPicture(key: string): Promise<ReadableStream> {
  if (!store.startsWith('file:')) throw new Error('This example reads pictures from a folder: ASSET_STORE=file:…')
  const file = await open(join(/* turbopackIgnore: true */ store.slice('file:'.length), key))
  return Readable.toWeb(file.createReadStream()) as ReadableStream
}
