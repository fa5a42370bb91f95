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
  const variant = await prisma.variant.findUnique({
    where: { assetKey },
    select: { renderId: true, pointer: true, sourceUrl: true, status: true },
  })
  const render = variant && (await prisma.render.findUnique({ where: { id: variant.renderId } }))
  const job =
    render &&
    (await prisma.generationJob.findUnique({
      where: { id: render.generationJobId },
      select: { predictionId: true, completedAt: true }, // not its output, which has the addresses of all its files
    }))
  if (!variant?.sourceUrl || !job?.predictionId) return undefined
  const { pointer, sourceUrl, status } = variant
  const { predictionId, completedAt } = job
  return { assetKey, pointer, sourceUrl, status: variantStatus.parse(status), predictionId, completedAt }
}

export interface StoredFile {
  /** Its name in the object store. */
  storageKey: string
  contentType: string
  bytes: number
  /** In hexadecimal. */
  sha256: string
}

/**
 * @returns false if its person was forgotten meanwhile, so that it must not be kept. The job is locked, so that either this
 * finds that out or `forget` finds the file.
 */
export async function recordStored(pool: Pool, assetKey: string, file: StoredFile): Promise<boolean> {
  const { storageKey, contentType, bytes, sha256 } = file
  const stored = await prismaOf(pool).$executeRaw`
    WITH job AS (
      SELECT j.id FROM generation_jobs j JOIN renders r ON r.generation_job_id = j.id JOIN variants v ON v.render_id = r.id
      WHERE v.asset_key = ${assetKey} AND NOT j.registers ? 'forgotten' FOR SHARE OF j
    )
    UPDATE variants SET status = 'stored', error = NULL, storage_key = ${storageKey}, content_type = ${contentType},
      bytes = ${bytes}::bigint, sha256 = ${sha256}
    WHERE asset_key = ${assetKey} AND EXISTS (SELECT FROM job)`
  return stored > 0
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

/** An output file, as the host is told of it. */
export interface GenerationFile {
  /** Place in the output, as JSON pointer. */
  pointer: string
  status: z.infer<typeof variantStatus>
  storageKey: string | null
  contentType: string | null
  bytes: number | null
  sha256: string | null
  /** Why it is not stored, as a code. */
  error: string | null
}

export interface GenerationRow {
  id: string
  userId: string | null
  status: string
  files: GenerationFile[]
  /** Number of files beyond these, which are too many to copy. */
  filesRefused: number
  /** Whether a file is still being copied: it is neither stored nor refused, and its copy has not failed for good. */
  isCopying: boolean
}

const Files = z.array(
  z.object({
    pointer: z.string(),
    status: variantStatus,
    storageKey: z.string().nullable(),
    contentType: z.string().nullable(),
    bytes: z.coerce.number().nullable(),
    sha256: z.string().nullable(),
    error: z.string().nullable(),
    isCopying: z.boolean(),
  }),
)

export async function loadGeneration(pool: Pool, jobId: string): Promise<GenerationRow | undefined> {
  const prisma = prismaOf(pool)
  const select = { id: true, userId: true, status: true }
  const job = await prisma.generationJob.findUnique({ where: { id: jobId }, select })
  if (!job) return undefined
  const files = Files.parse(
    await prisma.$queryRaw`
      SELECT v.pointer, v.status, v.storage_key AS "storageKey", v.content_type AS "contentType", v.bytes::text AS bytes,
        v.sha256, v.error, v.status NOT IN ('stored', 'refused') AND EXISTS (SELECT FROM outbox_messages o
          WHERE o.effect_key = 'asset:' || replace(v.asset_key, '/', ':') AND o.status = 'pending') AS "isCopying"
      FROM variants v JOIN renders r ON r.id = v.render_id WHERE r.generation_job_id = ${jobId} ORDER BY v.idx`,
  )
  const render = await prisma.render.findUnique({ where: { generationJobId: jobId }, select: { filesRefused: true } })
  return {
    ...job,
    filesRefused: render?.filesRefused ?? 0,
    files: files.map(({ isCopying, ...file }) => file),
    isCopying: files.some(({ isCopying }) => isCopying),
  }
}
