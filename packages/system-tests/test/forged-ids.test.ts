import { expect, test } from '@jest/globals'
import { QUEUES } from '@sluice/queue'
import { type SentEvent, stripeEvent } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { thinEvent, withStripe } from '@sluice/testing/stand-ins'
import { Queue } from 'bullmq'

const CUSTOMER = { id: 'cus_1', object: 'customer', email: 'a@example.com' }
const updated = (id: string) => stripeEvent('customer.updated', CUSTOMER, { id, created: 1_767_600_000 })

/** Records an event for which nobody adds a job during the test. */
async function record(stack: Stack, { id, type, body }: SentEvent): Promise<string> {
  const [row] = await stack.query<{ id: string }>(
    `INSERT INTO webhook_events (provider, event_id, type, livemode, ordering_key, headers, raw_body, occurred_at, sweep_after)
      VALUES ('stripe', $1, $2, false, 'customer:cus_1', '{}', $3, 'epoch', 'infinity') RETURNING id::text`,
    [id, type, Buffer.from(body)],
  )
  return row?.id ?? ''
}

/** Guarantees that only the ids in a job decide which event it processes, and only that event's row how. */
test('jobs with the name of another type, or the row of another event, process the event that they name', () =>
  withStripe((stripe) =>
    withStack({ env: stripe.env }, async (stack) => {
      stripe.put(CUSTOMER)
      const queue = new Queue(QUEUES.events, { prefix: 'sluice', connection: { url: stack.redis.url } })
      const forge = (name: string, eventId: string, id: string) =>
        queue.add(name, { provider: 'stripe', eventId, id }, { jobId: `forged-${eventId}` })
      const rowOf = async (eventId: string) => record(stack, updated(eventId))
      try {
        const row = await rowOf('evt_other')
        await forge('v1.customer.updated', 'evt_plain', await rowOf('evt_plain'))
        const thin = thinEvent(updated('evt_fetched'), { id: 'evt_thin' })
        await forge('customer.updated', 'evt_thin', await record(stack, thin))
        for (const [eventId, id] of [
          ['evt_row_of_other', row],
          ['evt_row_of_nobody', '999999999'],
          ['evt_row_too_large', '99999999999999999999'],
          ['evt_row_no_number', 'x'],
        ] as const) {
          await rowOf(eventId)
          await forge('customer.updated', eventId, id)
        }

        await eventually(async () => {
          const rows = await stack.query(
            `SELECT event_id, status, attempts, error FROM webhook_events
              WHERE status <> 'processed' OR attempts > 0 OR error IS NOT NULL`,
          )
          expect(rows).toEqual([])
          expect(await stack.query(`SELECT 1 FROM webhook_events`)).toHaveLength(8)
        }, 60_000)
        expect(new Set(stripe.paths())).toEqual(new Set(['/v1/customers/cus_1'])) // also by the sweeper's job of it
        expect((await queue.getJob('forged-evt_row_of_other'))?.data.id).not.toBe(row)
      } finally {
        await queue.close()
      }
    }),
  ))
