import type { Readable } from 'node:stream'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { isAttachment } from '../assets/stored-type.ts'
import { checkKey, type ObjectStore } from './object-store.ts'
import { s3ErrorOf, statusOf } from './s3-error.ts'

export interface S3Place {
  bucket: string
  /** Prefix of every name: empty, or ends in a slash. */
  prefix: string
  /** URL of another S3 service; default: the AWS variables. */
  endpoint?: string | undefined
}

const NAME_IS_TAKEN = 412

/**
 * Objects of an S3 bucket, written only if the name does not exist
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). Credentials and region come from the
 * AWS variables.
 */
export function createS3Store({ bucket, prefix, endpoint }: S3Place, timeoutMs: number): ObjectStore {
  const client = new S3Client({
    maxAttempts: 1, // the queue retries the effect
    requestChecksumCalculation: 'WHEN_REQUIRED', // not every S3 service supports more
    requestHandler: { connectionTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true, region: process.env['AWS_REGION'] || 'us-east-1' }),
  })

  return {
    async put(key, body, { contentType }) {
      checkKey(key)
      const input = {
        Bucket: bucket,
        Key: prefix + key,
        ContentType: contentType,
        ...(isAttachment(contentType) && { ContentDisposition: 'attachment' }),
        IfNoneMatch: '*',
      }
      try {
        if (Buffer.isBuffer(body)) await client.send(new PutObjectCommand({ ...input, Body: body }))
        else await new Upload({ client, params: { ...input, Body: body }, queueSize: 1 }).done()
      } catch (error) {
        if (!Buffer.isBuffer(body)) {
          if (isBroken(body)) throw body.errored // the source failed, not the store
          body.destroy()
        }
        if (statusOf(error) !== NAME_IS_TAKEN) throw s3ErrorOf(error)
      }
    },
    close: () => client.destroy(),
  }
}

/** True if the source itself failed. A stream that was aborted because the store failed has an `AbortError`. */
const isBroken = ({ errored }: Readable): boolean => errored !== null && errored.name !== 'AbortError'
