import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'

/** An output file and its prediction. */
export interface VariantRow {
  assetKey: string
  pointer: string
  sourceUrl: string
  status: z.infer<typeof variantStatus>
  predictionId: string
  completedAt: Date | null
}

const variantStatus = z.enum(['pending', 'stored', 'refused', 'failed'])

export async function loadVariant(pool: Pool, assetKey: string): Promise<VariantRow | undefined> {
  const prisma = prismaOf(pool)
  const variant = await prisma.variant.findUnique({ where: { assetKey } })
  const render = variant && (await prisma.render.findUnique({ where: { id: variant.renderId } }))
  const job = render && (await prisma.generationJob.findUnique({ where: { id: render.generationJobId } }))
  if (!variant?.sourceUrl || !job?.predictionId) return undefined
  const { pointer, sourceUrl, status } = variant
  const { predictionId, completedAt } = job
  return { assetKey, pointer, sourceUrl, status: variantStatus.parse(status), predictionId, completedAt }
}

export interface StoredFile {
  contentType: string
  bytes: number
  /** In hexadecimal. */
  sha256: string
}

export async function recordStored(pool: Pool, assetKey: string, file: StoredFile): Promise<void> {
  const data = { ...file, status: 'stored', storageKey: assetKey, error: null }
  await prismaOf(pool).variant.updateMany({ where: { assetKey }, data })
}

/** Never overwrites `stored`: a slower concurrent attempt may fail after another one succeeded. */
export async function recordNotStored(
  pool: Pool,
  assetKey: string,
  status: 'refused' | 'failed',
  error: string,
): Promise<void> {
  const where = { assetKey, status: { not: 'stored' } }
  await prismaOf(pool).variant.updateMany({ where, data: { status, error } })
}

export interface GenerationRow {
  id: string
  userId: string | null
  status: string
}

export async function loadGeneration(pool: Pool, jobId: string): Promise<GenerationRow | undefined> {
  const select = { id: true, userId: true, status: true }
  return (await prismaOf(pool).generationJob.findUnique({ where: { id: jobId }, select })) ?? undefined
}
