import { SluiceError } from '@sluice/events'
import { isPrismaError, sqlStateOfPrisma } from './prisma-error.ts'

/** Postgres did not answer, or cannot work right now. Nothing is wrong with what was asked of it. */
export class OutageError extends SluiceError {
  override readonly name = 'OutageError'

  constructor(message: string, options?: ErrorOptions) {
    super('outage', message, options)
  }
}

export type FailureKind = 'conflict' | 'outage' | 'data'

const CONFLICT = new Set(['40P01', '40001', '55P03', '57014'])
const OUTAGE = /^(08|53|57P|28|3D|42|58|XX|25)/

/**
 * What a failed statement says (https://www.postgresql.org/docs/current/errcodes-appendix.html):
 * `conflict` the same again may work; `outage` the database, or its schema, is not as we need it; `data` the rows are wrong.
 */
export function kindOf(error: unknown): FailureKind {
  const code = sqlState(error)
  if (code === undefined) return 'outage' // no answer from Postgres: refused, reset, timed out
  if (CONFLICT.has(code)) return 'conflict'
  return OUTAGE.test(code) ? 'outage' : 'data'
}

/** The five characters of SQLSTATE; undefined when the error is not Postgres' own. */
export function sqlState(error: unknown): string | undefined {
  if (isPrismaError(error)) return sqlStateOfPrisma(error)
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('EP') ? code : undefined
}
