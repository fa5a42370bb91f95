import { expect, test } from '@jest/globals'
import { createInbox } from '@sluice/database/append'
import { createCommit } from '@sluice/database/commit'
import { COMPARABLE, comparableRows } from '@sluice/database/comparable-rows'
import { isImportType, type VerifiedEvent } from '@sluice/events'
import { createStripeApi, IMPORT_LISTS, importEvent, readList } from '@sluice/providers/stripe/api'
import { accountHistory, shuffle } from '@sluice/simulator'
import { withStripe } from '@sluice/testing/stand-ins'
import type { Pool } from 'pg'
import { RULES, verified, withDatabase } from './support/lifecycle-orders.ts'

const CUSTOMERS = 24
const BATCH = 32

const until = Math.floor(Date.now() / 1000) - 86_400
const history = accountHistory({ seed: 'order', customers: CUSTOMERS, until, busyFor: 3_600 })
const users = [...history.users()]
/** Everything that happened, as webhooks. */
const webhooks = [...history.catalogue, ...users.flatMap(({ changes }) => changes)].map(({ event }) => verified(event))

/** Guarantees that an import and webhooks of the same things merge to one state, whatever came first. */
test('the rows are the same in every order of imported objects and webhooks, and no import has a message', async () => {
  const imported = await importedEvents()
  const orders: Record<string, VerifiedEvent[]> = {
    'webhooks first': [...webhooks, ...imported],
    'import first': [...imported, ...webhooks],
    mixed: shuffle([...imported, ...webhooks], 1),
  }
  const results = await Promise.all(Object.values(orders).map((events) => rowsAfter(events)))
  const [first] = results
  for (const [index, name] of Object.keys(orders).entries())
    expect({ [name]: results[index] }).toEqual({ [name]: first })
})

test('what an import alone has told is told again by nobody, and a webhook of the same payment sends its receipt', () =>
  withDatabase(async (owner, worker) => {
    await insertUsers(owner)
    await commitAll(worker, await importedEvents())
    const messages = `SELECT kind FROM outbox_messages WHERE kind <> 'features.invalidate'`
    expect((await owner.query(messages)).rows).toEqual([])
    await commitAll(worker, webhooks)
    const { rows } = await owner.query(`SELECT count(*)::int AS count FROM outbox_messages WHERE kind = 'receipt'`)
    expect(rows[0].count).toBeGreaterThan(3)
  }))

/** The lists of the API a day later. */
const importedEvents = (): Promise<VerifiedEvent[]> =>
  withStripe(async (stripe) => {
    stripe.fill(history, new Date(until * 1000))
    const { STRIPE_API_KEY: key, STRIPE_API_BASE: base } = stripe.env
    const api = createStripeApi({ key, base, timeoutMs: 10_000 })
    const origin = { account: null, livemode: false }
    const events: VerifiedEvent[] = []
    for (const list of IMPORT_LISTS) {
      for await (const { imported } of readList(api, list, { ...origin, since: null, cursor: null }))
        events.push(...imported.map((object) => importEvent(object)))
    }
    return events
  })

const rowsAfter = (events: VerifiedEvent[]): Promise<Record<string, string[]>> =>
  withDatabase(async (owner, worker) => {
    await insertUsers(owner)
    await commitAll(worker, events)
    const rows: Record<string, string[]> = {}
    for (const name of COMPARABLE) rows[name] = (await comparableRows(owner, name)).sort()
    return rows
  })

const insertUsers = (pool: Pool) =>
  pool.query('INSERT INTO users (id) SELECT unnest($1::text[])', [users.map(({ id }) => id)])

async function commitAll(pool: Pool, events: VerifiedEvent[]): Promise<void> {
  const inboxes = { webhooks: createInbox(pool), imports: createInbox(pool, { silent: true }) }
  const commit = createCommit(pool, RULES)
  for (let start = 0; start < events.length; start += BATCH) {
    const appended = await Promise.all(
      events
        .slice(start, start + BATCH)
        .map((event) => inboxes[isImportType(event.type) ? 'imports' : 'webhooks'].append(event)),
    )
    const ids = appended.flatMap(({ id, duplicate }) => (duplicate ? [] : id))
    for (const { outcome } of (await commit(ids)).values()) expect(outcome).toBe('processed')
  }
}
