export interface StoredObject {
  body: Buffer
  contentType: string
}

/** What it does instead of its work: answers with a status, reads half of a body and hangs up, or never answers. */
export type S3Failure = { status: number } | 'hangs up half-way' | 'never answers' | undefined

export interface Bucket {
  objects: Map<string, StoredObject>
  /** Parts by their number, of uploads by their id. */
  uploads: Map<string, { contentType: string; parts: Map<number, Buffer> }>
  requests: string[]
  failure: S3Failure
}
