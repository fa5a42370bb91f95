import { eventually } from '@sluice/testing'
import type { FaultContext } from '../fault.ts'

/** Some e-mails wait up to ten seconds for other events of the same moment. */
export const WAIT_SECONDS_MAX = 15

/** Waits until nothing is left to do, or until `timeoutMs`: the checks then find the rest. */
export async function waitUntilSettled(
  { query }: Pick<FaultContext, 'query'>,
  ids: string[],
  timeoutMs: number,
): Promise<void> {
  await eventually(async () => {
    const [left] = await query<{ events: number; effects: number; known: number }>(
      `SELECT (SELECT count(*)::int FROM webhook_events WHERE status = 'received') AS events,
        (SELECT count(*)::int FROM outbox_messages WHERE status = 'pending'
          AND available_at <= now() + make_interval(secs => ${WAIT_SECONDS_MAX})) AS effects,
        (SELECT count(*)::int FROM webhook_events WHERE event_id = ANY ($1)) AS known`,
      [ids],
    )
    if (left?.events !== 0 || left.effects !== 0 || left.known < ids.length) throw new Error('not settled')
  }, timeoutMs).catch(() => {})
}
