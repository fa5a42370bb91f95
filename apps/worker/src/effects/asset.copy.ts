import { loadVariant, noteNotStored, noteStored, type VariantRow } from '@sluice/database/records'
import { outputFiles } from '@sluice/handlers'
import { crashPoint } from '@sluice/runtime/crash-point'
import { AssetError } from '../outbound/assets/asset-error.ts'
import { copyAsset } from '../outbound/assets/copy-asset.ts'
import { ObjectStoreError } from '../outbound/store/object-store.ts'
import { UnreachableError } from '../outbound/unreachable.ts'
import type { Effector, EffectTools } from './effector.ts'
import { given } from './payload.ts'

/** Outputs exist for an hour after the end: https://replicate.com/docs/topics/predictions/data-retention */
const PATIENCE_MS = 50 * 60_000

/** A file of an output is kept before its provider forgets it. */
export const copyVariant: Effector = async (message, tools) => {
  const variant = await loadVariant(tools.pool, given(message, 'assetKey'))
  if (!variant) return 'obsolete: there is no such file'
  if (variant.status === 'stored' || variant.status === 'refused') return `obsolete: it is ${variant.status}`
  try {
    const stored = await copy(variant, tools)
    crashPoint('after_effect_call')
    await noteStored(tools.pool, variant.assetKey, stored)
    return null
  } catch (error) {
    if (error instanceof ObjectStoreError) await noteNotStored(tools.pool, variant.assetKey, 'failed', error.code)
    if (!(error instanceof AssetError)) throw error
    return notCopied(variant, error, tools)
  }
}

async function copy(variant: VariantRow, tools: EffectTools) {
  const { assetKey: storageKey, sourceUrl: url } = variant
  try {
    return await copyAsset({ storageKey, url }, tools)
  } catch (error) {
    if (!(error instanceof AssetError) || error.kind !== 'expired') throw error
    const fresh = await addressNow(variant, tools)
    if (fresh === undefined || fresh === url) throw error
    return copyAsset({ storageKey, url: fresh }, tools)
  }
}

/** Where Replicate says that the file is by now; undefined when it says nothing, or nobody may ask. */
async function addressNow({ predictionId, pointer }: VariantRow, { replicate }: EffectTools) {
  const prediction = (await replicate?.prediction(predictionId)) as { output?: unknown } | null | undefined
  return outputFiles(prediction?.output).find((file) => file.pointer === pointer)?.url
}

/**
 * A refusal is final. Anything else is noted and tried again: without using an attempt while the file must still exist,
 * since nothing is wrong with it.
 */
async function notCopied(
  { assetKey, completedAt }: VariantRow,
  failure: AssetError,
  { pool }: EffectTools,
): Promise<string> {
  const isRefused = failure.kind === 'refused'
  await noteNotStored(pool, assetKey, isRefused ? 'refused' : 'failed', failure.code)
  if (isRefused) return `refused: ${failure.code}`
  const isYoung = completedAt !== null && Date.now() - completedAt.getTime() < PATIENCE_MS
  throw failure.kind === 'retryable' && isYoung ? new UnreachableError(failure.code) : failure
}
