import { z } from 'zod'
import { pageOf, time } from './common.ts'

/** One question to one provider for the events that it should have sent. */
export const ReconcileRun = z.object({
  id: z.string(),
  provider: z.string(),
  /** `schedule`, `action:<id>` or `cli`. */
  askedBy: z.string(),
  since: time,
  until: time,
  /** Whether missed events were appended to the inbox. */
  repair: z.boolean(),
  startedAt: time,
  finishedAt: time,
  /** Events that the provider listed. */
  checked: z.number(),
  missed: z.number(),
  /** A code, if it ended early. */
  error: z.string().nullable(),
})

export type ReconcileRun = z.output<typeof ReconcileRun>

/** `sent` = `received` + `missed`, and `received` = `processed` + `ignored` + `failed` + `waiting`, as they were at the time of the run. */
export const ReconcileHour = z.object({
  hour: z.string(),
  sent: z.number(),
  received: z.number(),
  processed: z.number(),
  ignored: z.number(),
  failed: z.number(),
  waiting: z.number(),
  missed: z.number(),
  /** Neither sent nor missed: from before the endpoint existed. */
  past: z.number(),
  /** Requests that ingest refused in this hour: missed events, or strangers. */
  refused: z.number(),
})

/** `GET /api/reconcile/:id`: with its hours, newest first, and the first 200 missed events. */
export const ReconcileRunLife = ReconcileRun.extend({
  hours: z.array(ReconcileHour),
  events: z.array(z.object({ eventId: z.string(), type: z.string(), at: z.string().nullable(), isPast: z.boolean() })),
})

export type ReconcileRunLife = z.output<typeof ReconcileRunLife>

/** `GET /api/reconcile`: all runs, newest first; `newest` has the last one of each provider. */
export const ReconcileRuns = pageOf(ReconcileRun).extend({ newest: z.array(ReconcileRunLife) })

export type ReconcileRuns = z.output<typeof ReconcileRuns>
