import { loadVariant, recordNotStored, recordStored, type VariantRow } from '@sluice/database/records'
import { type Skip, skip } from '@sluice/events'
import { crashPoint } from '@sluice/runtime/crash-point'
import { AssetError } from '../outbound/assets/asset-error.ts'
import { COPY_TIME_FACTOR, copyAsset } from '../outbound/assets/copy-asset.ts'
import { ConfigurationError } from '../outbound/configuration-error.ts'
import { ObjectStoreError } from '../outbound/store/object-store.ts'
import { UnreachableError } from '../outbound/unreachable.ts'
import { defineEffect, type EffectTools, id } from './run/effector.ts'

/** Replicate deletes outputs an hour after the end: https://replicate.com/docs/topics/predictions/data-retention */
const AVAILABLE_MS = 50 * 60_000

/** Copies a file of an output to the object store before its provider deletes it. */
export const assetCopy = defineEffect('asset.copy', {
  payload: { assetKey: id },
  lane: 'copies',
  timeLimitFactor: COPY_TIME_FACTOR,
  async run({ payload }, tools) {
    const variant = await loadVariant(tools.pool, payload.assetKey)
    if (!variant) return skip('obsolete', 'the file does not exist')
    if (variant.status === 'stored' || variant.status === 'refused')
      return skip('obsolete', `the file is ${variant.status}`)
    try {
      const stored = await copy(variant, tools)
      crashPoint('after_effect_call')
      if (await recordStored(tools.pool, variant.assetKey, stored)) return null
      await tools.storedFiles.remove(stored.storageKey)
      return skip('forgotten', 'the file was copied meanwhile, and is removed')
    } catch (error) {
      if (error instanceof ObjectStoreError || error instanceof ConfigurationError)
        await recordNotStored(tools.pool, variant.assetKey, 'failed', error.code)
      if (!(error instanceof AssetError)) throw error
      return recordNotCopied(variant, error, tools)
    }
  },
})

async function copy(variant: VariantRow, tools: EffectTools) {
  const { assetKey, sourceUrl: url } = variant
  try {
    return await copyAsset({ assetKey, url }, tools)
  } catch (error) {
    if (!(error instanceof AssetError) || error.kind !== 'expired') throw error
    const fresh = await currentUrl(variant, tools)
    if (fresh === undefined || fresh === url) throw error
    return copyAsset({ assetKey, url: fresh }, tools)
  }
}

/** The file's current URL from Replicate's API; undefined if there is none, or no API token is set. */
async function currentUrl(
  { predictionId, pointer }: VariantRow,
  { replicate }: EffectTools,
): Promise<string | undefined> {
  const prediction = (await replicate?.prediction(predictionId)) as { output?: unknown } | null | undefined
  const url = valueAt(prediction?.output, pointer)
  return typeof url === 'string' ? url : undefined
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-4 */
const valueAt = (output: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null | undefined)?.[name], output)

/**
 * A refusal is final. Any other error is recorded and retried. While the file must still exist, a network error uses no
 * attempt, because the effect itself is fine.
 */
async function recordNotCopied(
  { assetKey, completedAt }: VariantRow,
  error: AssetError,
  { pool }: EffectTools,
): Promise<Skip> {
  const isRefused = error.kind === 'refused'
  await recordNotStored(pool, assetKey, isRefused ? 'refused' : 'failed', error.code)
  if (isRefused) return skip('refused', error.code)
  const isAvailable = completedAt !== null && Date.now() - completedAt.getTime() < AVAILABLE_MS
  if (error.code === 'bad_certificate')
    throw new ConfigurationError(error.code, 'the certificate of the host does not verify')
  throw error.kind === 'retryable' && isAvailable ? new UnreachableError(error.code, error.wait ?? {}) : error
}
