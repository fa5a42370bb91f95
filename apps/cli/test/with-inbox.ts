import { withPostgres } from '@sluice/testing'
import pg from 'pg'
import { type Ended, sluice } from './sluice.ts'

export interface Inbox {
  url: string
  client: pg.Client
  /** Puts an event there, as if a worker had brought it to this status. */
  add(
    eventId: string,
    columns?: { type?: string; status?: string; customerId?: string; error?: string },
  ): Promise<string>
  run(...args: string[]): Promise<Ended>
  runWith(env: Record<string, string>, ...args: string[]): Promise<Ended>
}

export const BODY = '{"email":"somebody@example.com"}'

/** An inbox of one's own, and the command line on it. */
export const withInbox = (use: (inbox: Inbox) => Promise<void>): Promise<void> =>
  withPostgres(async ({ url }) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      await use({
        url,
        client,
        run: (...args) => sluice(args, { DATABASE_URL: url }),
        runWith: (env, ...args) => sluice(args, { DATABASE_URL: url, ...env }),
        add: async (
          eventId,
          { type = 'invoice.paid', status = 'processed', customerId = null, error = null } = {} as never,
        ) => {
          const { rows } = await client.query(
            `INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id, status, error, raw_body, processed_at)
              VALUES ('stripe', $1, $2, $1, $3, $4, $5, $6, CASE $4 WHEN 'received' THEN NULL ELSE now() END) RETURNING id`,
            [eventId, type, customerId, status, error, BODY],
          )
          if (status === 'failed') await addDeadLetter(client, eventId, type)
          return rows[0].id
        },
      })
    } finally {
      await client.end()
    }
  })

async function addDeadLetter(client: pg.Client, eventId: string, type: string): Promise<void> {
  await client.query(
    `INSERT INTO webhook_dead_letters (provider, event_id, type, raw_body, error, fingerprint, attempts)
      VALUES ('stripe', $1, $2, $3, 'invalid_object: amount', $2, 8)`,
    [eventId, type, BODY],
  )
}
