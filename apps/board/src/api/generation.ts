import { readGeneration } from '@sluice/database/inspect'
import { z } from 'zod'
import { generationFor } from './generations.ts'
import { route } from './route.ts'
import { GenerationLife } from './schemas/generations.ts'

/** One prediction and all that became of it. */
export const generation = route({
  path: '/generations/:prediction',
  query: z.object({ prediction: z.string().max(255) }),
  answer: GenerationLife,
  read: async (reader, { prediction }, person) => {
    const life = await readGeneration(reader, prediction)
    if (life === null) return null
    return {
      ...life,
      generation: generationFor(person, life.generation),
      metrics: numbersOf(life.metrics),
      endings: endingsOf(life.events),
      links: { provider: `https://replicate.com/p/${encodeURIComponent(prediction)}` },
    }
  },
})

/** Other metrics may be texts of the model. */
const numbersOf = (metrics: Record<string, unknown> | null): Record<string, number> =>
  Object.fromEntries(
    Object.entries(metrics ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  )

const ENDINGS = ['succeeded', 'failed', 'canceled', 'aborted']

/** The final statuses that its events report. More than one is a contradiction, of which the earliest counts. */
function endingsOf(events: { type: string }[]): string[] {
  const reported = new Set(events.map(({ type }) => type.slice(type.indexOf('.') + 1)))
  return ENDINGS.filter((ending) => reported.has(ending))
}
