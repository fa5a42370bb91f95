import { open } from 'node:fs/promises'
import { join } from 'node:path'

const store = process.env.ASSET_STORE ?? 'file:.sluice/assets'

/**
 * Reads a picture that Sluice has stored, where its `ASSET_STORE` is a folder. Of `s3://bucket/prefix` redirect to a signed
 * address instead, of the object `<prefix>/<key>`.
 *
 * @param {string} key `variants.storage_key`
 */
export async function openPicture(key) {
  if (!store.startsWith('file:')) throw new Error('This example reads pictures from a folder: ASSET_STORE=file:…')
  return (await open(join(store.slice('file:'.length), key))).createReadStream()
}
