import { EventError } from '@sluice/events'
import type { z } from 'zod'

/**
 * Validates a value with `schema`.
 *
 * @throws {EventError} `invalid_object`, naming fields and expected types, never values.
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
