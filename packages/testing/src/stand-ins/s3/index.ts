import { createServer } from 'node:http'
import { listening } from '../listening.ts'
import { answer } from './answer.ts'
import type { S3Failure, StoredObject } from './bucket.ts'

export type { S3Failure, StoredObject } from './bucket.ts'

export interface TestS3 {
  /** Environment of an app that uses it: `ASSET_STORE`, `S3_ENDPOINT` and credentials. */
  env: Record<string, string>
  /** Objects by name, those below the prefix included. */
  objects: Map<string, StoredObject>
  /** `<method> <name>` of every request, in order. */
  requests: string[]
  /** Multipart uploads that are neither completed nor aborted. */
  readonly openUploads: number
  failWith(failure: S3Failure): void
  recover(): void
  stop(): Promise<void>
  start(): Promise<void>
}

/** The part of S3 that a writer needs, with one bucket, on a free port; stopped afterwards. */
export async function withS3<T>(use: (s3: TestS3) => Promise<T>): Promise<T> {
  const bucket = { objects: new Map(), uploads: new Map(), requests: [] as string[], failure: undefined as S3Failure }
  const server = await listening(() => createServer((request, response) => void answer(bucket, request, response)))
  try {
    return await use({
      env: {
        ASSET_STORE: 's3://bucket/assets',
        S3_ENDPOINT: `http://127.0.0.1:${server.port}`,
        AWS_ACCESS_KEY_ID: 'key of the tests',
        AWS_SECRET_ACCESS_KEY: 'secret of the tests',
        AWS_REGION: 'us-east-1',
      },
      objects: bucket.objects,
      requests: bucket.requests,
      get openUploads() {
        return bucket.uploads.size
      },
      failWith: (next) => {
        bucket.failure = next
      },
      recover: () => {
        bucket.failure = undefined
      },
      stop: server.stop,
      start: server.start,
    })
  } finally {
    await server.stop()
  }
}
