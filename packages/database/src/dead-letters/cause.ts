import { createHash } from 'node:crypto'
import { placeOf, SluiceError } from '@sluice/events'
import { connectionCode } from '../sql/connection-code.ts'
import { kindOf, sqlState } from '../sql/error-kind.ts'

/** Why an event failed. Stored on its dead letter, so neither field may quote the event's body. */
export interface Cause {
  /** `invalid_object`, `handler_threw`, `crashed`, `database_22003`, … */
  code: string
  message: string
}

/**
 * Keeps only the messages of `SluiceError`. Any other message may quote the body, so it is replaced by the error's
 * class and code location.
 */
export function causeOf(error: unknown, codeOfBug: string): Cause {
  const code = sqlState(error) ?? connectionCode(error)
  const isRow = kindOf(error) === 'row'
  if (code !== undefined)
    return { code: `database_${code}`, message: isRow ? 'Postgres refused its rows' : 'Postgres gave up its statement' }
  if (error instanceof SluiceError) return { code: error.code, message: error.message }
  return { code: codeOfBug, message: placeOf(error) }
}

/** The text in the column `error`. */
export const describeCause = ({ code, message }: Cause): string => `${code}: ${message}`

/** Groups failures by cause: ids and numbers in the message do not change the fingerprint. */
export const fingerprintOf = (type: string, { code, message }: Cause): string =>
  createHash('sha256')
    .update(`${type}\n${code}\n${message.replaceAll(/[0-9a-zA-Z_]*\d[0-9a-zA-Z_]*/g, '#')}`)
    .digest('hex')
    .slice(0, 16)
