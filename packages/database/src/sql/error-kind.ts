import { SluiceError } from '@sluice/events'
import { connectionCode } from './connection-code.ts'
import { isPrismaError, sqlStateOfPrisma } from './prisma-error.ts'

/**
 * - `conflict`: another transaction conflicted. A retry may succeed.
 * - `outage`: there is no connection, or the database or its schema is unusable. Affects every event.
 * - `row`: Postgres rejected the written values.
 * - `bug`: our own code threw.
 */
export type ErrorKind = 'conflict' | 'outage' | 'row' | 'bug'

/** Postgres did not answer or is unavailable. The statement itself is valid, and a retry is safe. */
export class OutageError extends SluiceError {
  override readonly name = 'OutageError'

  constructor(message: string, options?: ErrorOptions) {
    super(sqlState(options?.cause) ?? connectionCode(options?.cause) ?? 'outage', message, options)
  }
}

/** Deadlock, serialization failure, a lock that was not available in time, a statement that took too long. */
const CONFLICT = new Set(['40P01', '40001', '55P03', '57014'])

/** Data exception, integrity constraint violation, program limit exceeded. */
const ROW = /^(22|23|54)/

/**
 * Classifies an error from database code. An outage is a connection error, or any SQLSTATE that is neither a conflict
 * nor about the row.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function kindOf(error: unknown): ErrorKind {
  if (error instanceof OutageError) return 'outage'
  const state = sqlState(error)
  if (state === undefined) return connectionCode(error) === undefined ? 'bug' : 'outage'
  if (CONFLICT.has(state)) return 'conflict'
  return ROW.test(state) ? 'row' : 'outage'
}

/** An errno may have five letters as well: EPIPE. */
const SQLSTATE = /^(?!E[A-Z]{4})[0-9A-Z]{5}$/

/** The SQLSTATE of an error; undefined if it has none. */
export function sqlState(error: unknown): string | undefined {
  if (isPrismaError(error)) return sqlStateOfPrisma(error)
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && SQLSTATE.test(code) ? code : undefined
}
