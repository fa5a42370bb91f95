import type { Readable } from 'node:stream'

export { checkKey, ObjectStoreError } from '@sluice/stored-files'

export interface PutOptions {
  contentType: string
}

/** Storage of documents and images. A name is written once and never changes. */
export interface ObjectStore {
  /**
   * Stores a file whole or not at all. If the name exists, the stored file stays and the call succeeds, because the
   * same effect ran before. A stream is destroyed when the store fails.
   *
   * @throws UnreachableError when the store cannot take it now: no answer, no space, no access.
   * @throws ConfigurationError when the store is not what the settings say.
   * @throws ObjectStoreError when the store rejects the file.
   */
  put(key: string, body: Buffer | Readable, options: PutOptions): Promise<void>
  close(): void
}
