import { SluiceError } from '@sluice/events'
import { z } from 'zod'

/** The environment is invalid. `message` has a line for each variable and never contains a value. */
export class EnvironmentError extends SluiceError {
  override readonly name = 'EnvironmentError'

  constructor(message: string) {
    super('invalid_environment', message)
  }
}

/**
 * Reads the variables named in `shape`. An empty string counts as unset.
 *
 * A schema may name a variable to use if its own is unset: `.meta({ fallback: 'DATABASE_URL' })`.
 * @throws EnvironmentError that lists every missing or invalid variable and its expected value.
 */
export function readEnv<Shape extends z.ZodRawShape>(
  shape: Shape,
  source: NodeJS.ProcessEnv = process.env,
): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => {
      const fallback = fallbackOf(schema)
      return [name, source[name] || (fallback && source[fallback]) || undefined]
    }),
  )
  refuseQuotes(Object.keys(given), given, (name) => titleOf(name, shape))
  const result = z.object(shape).safeParse(given)
  if (result.success) return result.data
  throw new EnvironmentError(problems(result.error, shape))
}

const QUOTED = /^(["']).*\1$/s

/**
 * A shell removes the quotes around a value; `docker --env-file` and some process managers pass them on.
 *
 * @throws EnvironmentError that names each of these variables whose value is in quotes
 */
export function refuseQuotes(
  names: readonly string[],
  source: NodeJS.ProcessEnv,
  titleOf = (name: string) => name,
): void {
  const quoted = names.filter((name) => QUOTED.test(source[name] ?? ''))
  if (quoted.length === 0) return
  throw new EnvironmentError(quoted.map((name) => `${titleOf(name)} must be without the quotes around it`).join('\n'))
}

function problems(error: z.ZodError, shape: z.ZodRawShape): string {
  const lines = new Map<string, string>()
  for (const issue of error.issues) {
    const name = String(issue.path[0])
    if (!lines.has(name)) lines.set(name, `${titleOf(name, shape)} ${issue.message}`)
  }
  return [...lines.values()].join('\n')
}

function titleOf(name: string, shape: z.ZodRawShape): string {
  const fallback = fallbackOf(shape[name])
  return fallback ? `${name} (or ${fallback})` : name
}

function fallbackOf(schema: z.core.$ZodType | undefined): string | undefined {
  const fallback = schema && z.globalRegistry.get(schema)?.['fallback']
  return typeof fallback === 'string' ? fallback : undefined
}
