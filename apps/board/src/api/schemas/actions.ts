import { z } from 'zod'
import { time } from './common.ts'

/** Body of `POST /api/actions`. The filter of each kind has a schema of its own. */
export const NewAction = z.strictObject({
  kind: z.string(),
  filter: z.record(z.string(), z.unknown()).default({}),
  reason: z.string().default(''),
})

/** `202` of `POST /api/actions`. */
export const AcceptedAction = z.object({ id: z.string() })

export type AcceptedAction = z.output<typeof AcceptedAction>

/** `GET /api/actions/:id`. */
export const Action = z.object({
  id: z.string(),
  at: time,
  /** A user of the console, or `cli:<system user>`. */
  actor: z.string(),
  role: z.string(),
  kind: z.string(),
  filter: z.record(z.string(), z.unknown()),
  /** Of a viewer's answer, only how long it is. */
  reason: z.string(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'refused', 'stopped']),
  done: z.number(),
  /** Null until it is known. */
  total: z.number().nullable(),
  /** Depends on the kind; null until the action is done. */
  result: z.unknown(),
  /** One sentence, if it failed or was refused. */
  error: z.string().nullable(),
  /** Of a replay: the action that previewed it. */
  preview: z.string().nullable(),
  handlerVersion: z.string().nullable(),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  hash: z.string(),
})

export type Action = z.output<typeof Action>
