import { createHash } from 'node:crypto'
import { placeOf, SluiceError } from '@sluice/events'
import { connectionCode } from '../sql/connection-code.ts'
import { kindOf, sqlState } from '../sql/error-kind.ts'

/** Why an event failed. Both are kept on its dead letter: nothing of its body is in them. */
export interface Cause {
  /** `invalid_object`, `handler_threw`, `crashed`, `database_22003`, … */
  code: string
  message: string
}

/** A message of our own is safe to keep; any other may quote the body, so class and place stand for it. */
export function causeOf(error: unknown, codeOfBug: string): Cause {
  const code = sqlState(error) ?? connectionCode(error)
  const isRow = kindOf(error) === 'row'
  if (code !== undefined)
    return { code: `database_${code}`, message: isRow ? 'Postgres refused its rows' : 'Postgres gave up its statement' }
  if (error instanceof SluiceError) return { code: error.code, message: error.message }
  return { code: codeOfBug, message: placeOf(error) }
}

/** As it stands in the column `error`. */
export const describeCause = ({ code, message }: Cause): string => `${code}: ${message}`

/** The same cause has the same fingerprint, whatever ids and numbers its message names. */
export const fingerprintOf = (type: string, { code, message }: Cause): string =>
  createHash('sha256')
    .update(`${type}\n${code}\n${message.replaceAll(/[0-9a-zA-Z_]*\d[0-9a-zA-Z_]*/g, '#')}`)
    .digest('hex')
    .slice(0, 16)
