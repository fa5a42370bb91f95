import { createHash } from 'node:crypto'

export interface Cause {
  /** `invalid_object`, `crashed`, `database_22003`, … */
  code: string
  message: string
}

/** As it stands in the column `error`. */
export const describeCause = ({ code, message }: Cause): string => `${code}: ${message}`

/** The same cause has the same fingerprint, whatever ids and numbers its message names. */
export const fingerprintOf = (type: string, { code, message }: Cause): string =>
  createHash('sha256')
    .update(`${type}\n${code}\n${message.replaceAll(/[0-9a-zA-Z_]*\d[0-9a-zA-Z_]*/g, '#')}`)
    .digest('hex')
    .slice(0, 16)
