import type { Pool } from 'pg'
import { z } from 'zod'
import { SecretInUse, WorkerLoad } from '../processes/details.ts'
import { queryRows } from '../sql/rows.ts'

const ProcessRow = z.object({
  app: z.string(),
  instance: z.string(),
  version: z.string().nullable(),
  startedAt: z.date(),
  reportedAt: z.date(),
  details: z.object({ load: WorkerLoad.optional(), secrets: z.array(SecretInUse).optional() }),
})

export type ProcessRow = z.output<typeof ProcessRow>

/** The newest report of each process of the last hour. */
const PROCESSES = `SELECT * FROM (
    SELECT DISTINCT ON (instance) app, instance, version, started_at AS "startedAt", reported_at AS "reportedAt", details
    FROM process_reports ORDER BY instance, id DESC) AS newest
  ORDER BY app, "startedAt"`

const Examination = z.object({
  at: z.date(),
  findings: z.array(
    z.object({ check: z.string(), verdict: z.enum(['good', 'failed', 'found', 'skipped']), says: z.string() }),
  ),
})

export type Examination = z.output<typeof Examination>

const EXAMINATION = `SELECT reported_at AS at, findings FROM process_reports WHERE findings IS NOT NULL
  ORDER BY id DESC LIMIT 1`

export const readProcesses = (pool: Pool): Promise<ProcessRow[]> => queryRows(pool, ProcessRow, PROCESSES)

/** Findings of the worker that examined the deployment last; null if none did in the last hour. */
export async function readExamination(pool: Pool): Promise<Examination | null> {
  const [examination] = await queryRows(pool, Examination, EXAMINATION)
  return examination ?? null
}
