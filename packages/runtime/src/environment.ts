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
  const result = z.object(shape).safeParse(given)
  if (result.success) return result.data
  throw new EnvironmentError(problems(result.error, shape))
}

function problems(error: z.ZodError, shape: z.ZodRawShape): string {
  const lines = new Map<string, string>()
  for (const issue of error.issues) {
    const name = String(issue.path[0])
    const fallback = fallbackOf(shape[name])
    const title = fallback ? `${name} (or ${fallback})` : name
    if (!lines.has(name)) lines.set(name, `${title} ${issue.message}`)
  }
  return [...lines.values()].join('\n')
}

function fallbackOf(schema: z.core.$ZodType | undefined): string | undefined {
  const fallback = schema && z.globalRegistry.get(schema)?.['fallback']
  return typeof fallback === 'string' ? fallback : undefined
}
