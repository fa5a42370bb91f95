import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Deployment } from './deployment.ts'
import { type Finding, failed, good, skipped, tryTo } from './finding.ts'

const CHECK = 'ASSET_STORE'
const DEADLINE_MS = 5_000

/** Whether documents and pictures can be stored. Writes nothing. */
export function checkAssetStore({ assetStore, production, s3Endpoint, awsRegion }: Deployment): Promise<Finding[]> {
  if (!assetStore && production) {
    return Promise.resolve([
      skipped(CHECK, 'not checked: a local folder of each worker. Several workers need a shared folder or bucket'),
    ])
  }
  const [, folder] = /^file:(.+)$/.exec(assetStore ?? 'file:.sluice/assets') ?? []
  if (folder)
    return tryTo(CHECK, 'The user of the worker must be able to write there.', () => checkFolder(resolve(folder)))
  const [, bucket] = /^s3:\/\/([^/]+)/.exec(assetStore ?? '') ?? []
  if (!bucket) return Promise.resolve([failed(CHECK, 'It should be file:<folder> or s3://<bucket>/<prefix>.')])
  const address = s3Endpoint
    ? new URL(`/${bucket}?max-keys=0`, s3Endpoint)
    : new URL(`https://${bucket}.s3.${awsRegion ?? 'us-east-1'}.amazonaws.com?max-keys=0`)
  return tryTo(CHECK, 'Is the S3 server running, and is S3_ENDPOINT its address?', () => checkBucket(address))
}

/** The folder is created on first use. Until then its nearest existing parent must be writable. */
async function checkFolder(folder: string): Promise<Finding[]> {
  try {
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(folder) !== folder) {
      return checkFolder(dirname(folder))
    }
    throw error
  }
  return [good(CHECK, 'a writable folder')]
}

/**
 * Sends a request without credentials: an existing bucket answers or denies access.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
async function checkBucket(address: URL): Promise<Finding[]> {
  const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(DEADLINE_MS) })
  if ((await response.text()).includes('NoSuchBucket')) {
    return [failed(CHECK, 'There is no such bucket: create it, or correct the name.')]
  }
  if (response.status >= 500) return [failed(CHECK, `S3 answers ${response.status}: check the S3 server.`)]
  return [good(CHECK, 'the bucket exists; whether the key may write is not checked')]
}
