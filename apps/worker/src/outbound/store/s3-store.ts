import type { Readable } from 'node:stream'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import type { S3Place } from '@sluice/stored-files'
import { createS3Client } from '@sluice/stored-files/s3-client'
import { isAttachment } from '../assets/stored-type.ts'
import { checkKey, type ObjectStore } from './object-store.ts'
import { s3ErrorOf, statusOf } from './s3-error.ts'

const NAME_IS_TAKEN = 412

/**
 * Objects of an S3 bucket, written only if the name does not exist
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
 */
export function createS3Store(place: S3Place, timeoutMs: number): ObjectStore {
  const { bucket, prefix } = place
  const client = createS3Client(place, timeoutMs)

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
