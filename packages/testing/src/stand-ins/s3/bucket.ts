export interface StoredObject {
  body: Buffer
  contentType: string
  contentDisposition?: string | undefined
}

/** A failure of S3: it answers with a status, reads half of a body and hangs up, or never answers. */
export type S3Failure = { status: number } | 'hangs up half-way' | 'never answers' | undefined

export interface Bucket {
  objects: Map<string, StoredObject>
  /** Uploads by id, with their parts by number. */
  uploads: Map<string, Omit<StoredObject, 'body'> & { parts: Map<number, Buffer> }>
  requests: string[]
  failure: S3Failure
}
