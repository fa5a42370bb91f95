import { appendEvent } from '@sluice/database/inbox'
import { connect, type Pool } from '@sluice/database/pool'
import { stripe as provider } from '@sluice/providers/stripe'
import { outOfScope } from '@sluice/providers/stripe/api'
import { createProducer } from '@sluice/queue'
import type { SentEvent } from '@sluice/simulator'
import { withPostgres, withRedis } from '@sluice/testing'
import { type TestStripe, withStripe } from '@sluice/testing/stand-ins'
import { createFetchObject } from '../src/events/fetch-object.ts'
import type { Fetching } from '../src/events/thin-event.ts'
import type { ConflictSettling } from '../src/schedules/settle-conflicts.ts'

export interface TestFetching {
  fetching: ConflictSettling
  /** The same without a key. */
  keyless: Fetching
  stripe: TestStripe
  /** Takes an event in as ingest does, and returns its row. */
  receive(event: SentEvent): Promise<string>
  /** Rows of a query as the owner, who may do anything. */
  query: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>
}

/** The parts of a worker that fetch objects, on separate stores and Stripe's stand-in. No worker runs. */
export const withFetching = (use: (test: TestFetching) => Promise<void>) =>
  withStripe((stripe) =>
    withPostgres(({ url, roleUrl }) =>
      withRedis(async (redis) => {
        const [owner, pool, producer] = [connect(url), connect(roleUrl('sluice_worker')), createProducer(redis.url)]
        const everything = { livemode: undefined, accounts: [], eventTypes: [] }
        const tools = { pool, producer, outOfScope: outOfScope(everything) }
        const fetchObject = createFetchObject({ ...stripe.env, HANDLER_TIMEOUT_MS: 2_000 })
        if (!fetchObject) throw new Error('the stand-in has a key')
        try {
          await use({
            fetching: { ...tools, fetchObject },
            keyless: { ...tools, fetchObject: undefined },
            stripe,
            receive: (event) => receive(pool, event),
            query: async (text, values) => (await owner.query(text, values)).rows,
          })
        } finally {
          await Promise.all([owner.end(), pool.end(), producer.close()])
        }
      }),
    ),
  )

function receive(pool: Pool, { body }: SentEvent): Promise<string> {
  const headers = provider.sign(body, 'whsec_test')
  return appendEvent(
    pool,
    provider.verify({ headers, body: Buffer.from(body) }, ['whsec_test'], { toleranceSeconds: 300 }),
  )
}
