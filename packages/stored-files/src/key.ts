import { SluiceError } from '@sluice/events'

/** The store rejected the file. `code` is `s3_<status>`, an errno, or `invalid_key`. */
export class ObjectStoreError extends SluiceError {
  override readonly name = 'ObjectStoreError'
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern rejects control characters
const FORBIDDEN_IN_NAMES = /[\u0000-\u001f\u007f\\]/

/**
 * Names are relative paths with `/` between their parts.
 *
 * @throws ObjectStoreError `invalid_key` for a name that could leave the store, or that file systems refuse.
 */
export function checkKey(key: string): void {
  const parts = key.split('/')
  const isPart = (part: string) => part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= 255
  if (FORBIDDEN_IN_NAMES.test(key) || Buffer.byteLength(key) > 900 || !parts.every(isPart))
    throw new ObjectStoreError('invalid_key')
}
