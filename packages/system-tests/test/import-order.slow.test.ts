import { expect, test } from '@jest/globals'
import { createInbox } from '@sluice/database/append'
import { createCommit } from '@sluice/database/commit'
import { COMPARABLE, comparableRows } from '@sluice/database/comparable-rows'
import { withImportPreview } from '@sluice/database/import'
import { replay } from '@sluice/database/replay'
import { stateHash } from '@sluice/database/state-hash'
import { isImportType, type VerifiedEvent } from '@sluice/events'
import { createStripeApi, IMPORT_LISTS, importEvent, readList } from '@sluice/providers/stripe/api'
import { accountHistory, shuffle } from '@sluice/simulator'
import { withStripe } from '@sluice/testing/stand-ins'
import type { Pool } from 'pg'
import { RULES, verified, withDatabase } from './support/lifecycle-orders.ts'

const CUSTOMERS = 24
const BATCH = 32
const BUSY_SECONDS = 3_600

const until = Math.floor(Date.now() / 1000) - 86_400
const history = accountHistory({ seed: 'order', customers: CUSTOMERS, until, busyFor: BUSY_SECONDS })
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

/** Guarantees that an operator sees before an import who gains and who loses access by it. */
test('a dry run names the users whose role the import then changes', () =>
  withDatabase(async (owner, worker) => {
    await insertUsers(owner)
    // The host gave some their role, later webhooks have told of others, and one customer is another user's now.
    await owner.query(`UPDATE users SET role = 'PREMIUM' WHERE id = ANY ($1)`, [some(users, 3).map(({ id }) => id)])
    const moment = new Date((until - BUSY_SECONDS) * 1000)
    await commitAll(
      worker,
      webhooks.filter(({ occurredAt }) => occurredAt !== null && occurredAt > moment),
    )
    await owner.query(
      `UPDATE users SET stripe_customer_id = (SELECT min(stripe_customer_id) FROM customers) WHERE id = $1`,
      [users.at(-1)?.id],
    )
    const imported = await importedEvents(moment)
    const before = await rolesIn(owner)
    const said = await withImportPreview(owner, RULES, async (preview) => {
      expect(await preview.apply(imported)).toEqual([])
      const changes: string[] = []
      for await (const page of preview.roleChanges())
        changes.push(...page.map(({ userId, before: was, after }) => `${userId} ${was} ${after}`))
      return changes
    })
    expect(await rolesIn(owner)).toEqual(before)

    await commitAll(worker, imported)
    const after = await rolesIn(owner)
    const changed = [...before].flatMap(([id, role]) =>
      after.get(id) === role ? [] : `${id} ${role} ${after.get(id)}`,
    )
    expect(said.sort()).toEqual(changed.sort())
    for (const role of ['PREMIUM', 'FREE']) expect(changed.some((one) => one.endsWith(role))).toBe(true)
  }))

/** Guarantees that imported events can be replayed like all others. */
test('a replay of all imported events changes no row', () =>
  withDatabase(async (owner, worker) => {
    await insertUsers(owner)
    await commitAll(worker, shuffle([...(await importedEvents()), ...some(webhooks, 2)], 2))
    const { hash } = await stateHash(owner)
    const { replayed } = await replay(owner, { type: 'import.*' }, RULES)
    const { rows } = await owner.query(`SELECT id FROM webhook_events WHERE status = 'received' ORDER BY id`)
    expect(rows).toHaveLength(replayed)
    expect(replayed).toBeGreaterThan(100)
    await commitRows(
      worker,
      rows.map(({ id }) => id),
    )
    expect((await owner.query(`SELECT FROM webhook_events WHERE status <> 'processed'`)).rowCount).toBe(0)
    expect((await stateHash(owner)).hash).toBe(hash)
  }))

const some = <T>(all: readonly T[], every: number): T[] => all.filter((_, index) => index % every === 0)

async function rolesIn(pool: Pool): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ id: string; role: string }>('SELECT id, role FROM users ORDER BY id')
  return new Map(rows.map(({ id, role }) => [id, role]))
}

/** The lists of the API at a moment. Default: now, a day after everything happened. */
const importedEvents = (moment?: Date): Promise<VerifiedEvent[]> =>
  withStripe(async (stripe) => {
    stripe.fill(history, moment ?? new Date(until * 1000))
    if (moment) stripe.setDate(moment)
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
  for (let start = 0; start < events.length; start += BATCH) {
    const appended = await Promise.all(
      events
        .slice(start, start + BATCH)
        .map((event) => inboxes[isImportType(event.type) ? 'imports' : 'webhooks'].append(event)),
    )
    await commitRows(
      pool,
      appended.flatMap(({ id, duplicate }) => (duplicate ? [] : id)),
    )
  }
}

async function commitRows(pool: Pool, ids: string[]): Promise<void> {
  const commit = createCommit(pool, RULES)
  for (let start = 0; start < ids.length; start += BATCH) {
    const settled = await commit(ids.slice(start, start + BATCH))
    for (const { outcome } of settled.values()) expect(['processed', 'settled']).toContain(outcome)
  }
}
