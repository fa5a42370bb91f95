import type { Readable } from 'node:stream'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { connectionCode, UnreachableError } from '../unreachable.ts'
import { checkKey, type ObjectStore, ObjectStoreError } from './object-store.ts'

export interface S3Place {
  bucket: string
  /** What every name begins with; empty, or ends in a slash. */
  prefix: string
  /** Of a store that is not Amazon's; the AWS variables decide when left out. */
  endpoint?: string | undefined
}

const NAME_IS_TAKEN = 412

/**
 * Objects of an S3 bucket, written under the condition that the name is free
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). Credentials and region come from
 * the usual AWS variables.
 */
export function createS3Store({ bucket, prefix, endpoint }: S3Place, timeoutMs: number): ObjectStore {
  const client = new S3Client({
    maxAttempts: 1, // the effect comes back by itself
    requestChecksumCalculation: 'WHEN_REQUIRED', // not every store of the protocol takes more
    requestHandler: { connectionTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true, region: process.env['AWS_REGION'] || 'us-east-1' }),
  })

  return {
    async put(key, body, { contentType }) {
      checkKey(key)
      const input = { Bucket: bucket, Key: prefix + key, ContentType: contentType, IfNoneMatch: '*' }
      try {
        if (Buffer.isBuffer(body)) await client.send(new PutObjectCommand({ ...input, Body: body }))
        else await new Upload({ client, params: { ...input, Body: body }, queueSize: 1 }).done()
      } catch (error) {
        if (!Buffer.isBuffer(body)) {
          if (isBroken(body)) throw body.errored // what was to be stored broke, not the store
          body.destroy()
        }
        if (statusOf(error) !== NAME_IS_TAKEN) throw failureOf(error)
      }
    },
    close: () => client.destroy(),
  }
}

/** By itself: one that nobody wants to read on, since the store failed, is aborted. */
const isBroken = ({ errored }: Readable): boolean => errored !== null && errored.name !== 'AbortError'

function failureOf(error: unknown): unknown {
  const status = statusOf(error)
  // Above 500 it says that it cannot now: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  if (status !== undefined)
    return status >= 500 ? new UnreachableError(`s3_${status}`) : new ObjectStoreError(`s3_${status}`)
  const code = connectionCode(error)
  if (code !== undefined) return new UnreachableError(code)
  return (error as Error).name === 'TimeoutError' ? new UnreachableError('ETIMEDOUT') : error
}

function statusOf(error: unknown): number | undefined {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  return $metadata?.httpStatusCode
}
