import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import type { ProcessDetails, ReportedFinding } from './details.ts'

export interface ProcessReports {
  /** Inserts a sign of life. @throws when Postgres does not take it */
  report(details: ProcessDetails, findings?: readonly ReportedFinding[]): Promise<void>
}

const INSERT = `INSERT INTO process_reports (app, instance, version, started_at, details) VALUES ($1, $2, $3, $4, $5)`

const INSERT_WITH_FINDINGS = `INSERT INTO process_reports (app, instance, version, started_at, details, findings)
  VALUES ($1, $2, $3, $4, $5, $6)`

/**
 * Reports of one process. Ingest only inserts, since its role may do no more.
 *
 * @param version of the handlers, for a process that has them
 */
export function createProcessReports(
  pool: Pool,
  app: 'ingest' | 'worker',
  version: () => string | null,
): ProcessReports {
  const [instance, startedAt] = [randomUUID(), new Date()]
  return {
    async report(details, findings) {
      const values = [app, instance, version(), startedAt, JSON.stringify(details)]
      if (findings === undefined) await pool.query(INSERT, values)
      else await pool.query(INSERT_WITH_FINDINGS, [...values, JSON.stringify(findings)])
    },
  }
}
