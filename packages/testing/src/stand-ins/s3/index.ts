import { createServer } from 'node:http'
import { listening } from '../listening.ts'
import { answer } from './answer.ts'
import type { S3Failure, StoredObject } from './bucket.ts'

export type { S3Failure, StoredObject } from './bucket.ts'

export interface TestS3 {
  /** What an app is started with to use it: `ASSET_STORE`, `S3_ENDPOINT` and credentials. */
  env: Record<string, string>
  /** By name, below the prefix too. */
  objects: Map<string, StoredObject>
  /** `<method> <name>` of every request, in order. */
  requests: string[]
  /** Uploads in parts that were begun, and neither completed nor given up. */
  readonly openUploads: number
  failWith(failure: S3Failure): void
  recover(): void
  stop(): Promise<void>
  start(): Promise<void>
}

/** As much of S3 as a writer needs, with one bucket, on a free port; gone afterwards. */
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
