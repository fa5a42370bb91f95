import { S3Client } from '@aws-sdk/client-s3'
import type { S3Place } from './place.ts'

/** Credentials and region come from the AWS variables. */
export const createS3Client = ({ endpoint }: S3Place, timeoutMs: number): S3Client =>
  new S3Client({
    maxAttempts: 1, // the queue retries the effect
    requestChecksumCalculation: 'WHEN_REQUIRED', // not every S3 service supports more
    requestHandler: { connectionTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true, region: process.env['AWS_REGION'] || 'us-east-1' }),
  })
