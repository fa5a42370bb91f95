import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { z } from 'zod'

/**
 * Reads a JSON file that a person wrote.
 *
 * @throws {Error} whose message is one line: the file, the field, and its expected value.
 */
export function parseJson<T>(path: string, schema: z.ZodType<T>): T {
  const name = basename(path)
  const result = schema.safeParse(parsed(path, name))
  if (result.success) return result.data
  throw new Error(`${name}: ${result.error.issues.map(problemOf).join('; ')}`)
}

function parsed(path: string, name: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new Error(`${name} cannot be read`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`${name} is not valid JSON`)
  }
}

function problemOf(issue: z.core.$ZodIssue): string {
  const [field, message] = [issue.path.join('.'), inOurWords(issue.message)]
  if (issue.code === 'unrecognized_keys') return `${[...issue.path, issue.keys[0]].join('.')} is not a known field`
  return field === '' ? message : `${field} ${message}`
}

/** `Invalid input: expected string, received number` → `must be string, not number`. */
const inOurWords = (message: string): string =>
  message.replace(/^Invalid input: expected (.*), received /, 'must be $1, not ')
