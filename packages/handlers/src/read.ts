import { EventError } from '@sluice/events'
import type { z } from 'zod'

/**
 * Reads a value as `schema` says.
 *
 * @throws {EventError} `invalid_object`, naming the fields and the types that were expected, never a value.
 */
export function read<Schema extends z.ZodType>(schema: Schema, value: unknown, noun: string): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new EventError('invalid_object', `${noun}: ${result.error.issues.map(describe).join('; ')}`)
}

const describe = (issue: z.core.$ZodIssue): string => {
  const field = issue.path.join('.') || 'it'
  return issue.code === 'invalid_type' ? `${field} is not of type ${issue.expected}` : `${field} is not valid`
}
