import { z } from 'zod'
import { pageOf, time } from './common.ts'

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

/** Result of a `preview`: what a redrive or a replay would change. Lists have 200 members at most; counts are whole. */
export const PreviewResult = z.object({
  of: z.enum(['redrive', 'replay']),
  /** Events that were tried. */
  events: z.number(),
  passing: z.number(),
  failing: z.number(),
  changesNothing: z.boolean(),
  failures: z.array(z.object({ cause: z.string(), type: z.string(), count: z.number(), events: z.array(z.string()) })),
  tables: z.array(z.object({ table: z.string(), isNew: z.number(), changed: z.number(), gone: z.number() })),
  rowCount: z.number(),
  rows: z.array(
    z.object({
      table: z.string(),
      key: z.string(),
      isNew: z.boolean(),
      isGone: z.boolean().optional(),
      /** Without values where they may identify a person. */
      columns: z.array(z.object({ column: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
    }),
  ),
  roleCount: z.number(),
  roles: z.array(z.object({ user: z.string(), before: z.string().nullable(), after: z.string() })),
  /** Debits less credits, in the smallest unit of the currency. */
  money: z.array(z.object({ account: z.string(), currency: z.string(), change: z.number() })),
  effects: z.array(z.object({ kind: z.string(), count: z.number() })),
  /** Messages that went out and would not go out again, or would say something else. */
  sentCount: z.number(),
  /** Rows that are merged into, because events about them are gone. */
  keptCount: z.number(),
  /** Of a redrive: effects, and events that only name an object, which cannot be tried. */
  untried: z.object({ effects: z.number(), thin: z.number() }).optional(),
  /** Of a replay: events whose bodies are gone. */
  erased: z.number().optional(),
})

export type PreviewResult = z.output<typeof PreviewResult>
/** `GET /api/actions`: without results, which `GET /api/actions/:id` has. */
export const ActionItem = Action.omit({ result: true })

export type ActionItem = z.output<typeof ActionItem>

export const ActionPage = pageOf(ActionItem)

export type ActionPage = z.output<typeof ActionPage>

/** `GET /api/actions/chain`: whether nobody has changed or taken out an action since it was inserted. */
export const ActionChain = z.object({
  whole: z.boolean(),
  /** The first hundred actions that do not fit the hashes of those before them, and why. */
  broken: z.array(z.object({ id: z.string(), problem: z.enum(['gap', 'order', 'row', 'content']) })),
})

export type ActionChain = z.output<typeof ActionChain>
