import { expect, test } from '@jest/globals'
import { createInbox } from '@sluice/database/append'
import { createCommit } from '@sluice/database/commit'
import { exportRows, findPerson, forget } from '@sluice/database/forget'
import { connect } from '@sluice/database/pool'
import { TABLES } from '@sluice/database/tables'
import { providers } from '@sluice/providers'
import { type SentEvent, stripeEvent } from '@sluice/simulator'
import { findMark, rowsWith, SECRETS, withPostgres } from '@sluice/testing'
import { ledgerFindings } from './support/ledger-findings.ts'
import { RULES } from './support/lifecycle-orders.ts'
import { customersIn, importEventsOf, type Marking, predictionsOf, stripeEventsOf } from './support/marked-payloads.ts'

const MARK = 'ada-mark'
const USER = `user-${MARK}`
const NO_STORES = { removeFile: async () => {}, eraseQueues: async () => ({ erased: 0, waiting: 0 }) }
const LEDGER = `SELECT entry_key, account, direction, amount, currency FROM ledger_entries ORDER BY 1, 2, 3`

/** Guarantees that no event of any type keeps or brings back a person, whether about known objects or new ones. */
test('events of every type, before and after: a person is exported whole, forgotten, and comes back with none', () =>
  withPerson(async ({ owner, query, send, addJobs }) => {
    const known = of('known')
    await addJobs(known)
    await send(customersOf(stripeEventsOf(known)))
    await send([...stripeEventsOf(known), ...predictionsOf(known)])
    const found = await rowsWith(query, MARK)
    expect(Object.keys(found).length).toBeGreaterThan(12)
    expect(await missingInExport()).toEqual([])

    const [ledger, findings] = [await query(LEDGER), await ledgerFindings(owner)]
    expect(await forget(owner, { user: USER }, NO_STORES, { operator: 'test' })).toMatchObject({ isFinished: true })
    expect(await findMark(query, MARK)).toEqual([])

    const late = of('late')
    await send([...stripeEventsOf(late), ...predictionsOf(late)])
    expect(await findMark(query, MARK)).toEqual([])
    expect(await query(LEDGER)).toEqual(ledger)
    expect(await ledgerFindings(owner)).toEqual(findings)
    const imported = importEventsOf(of('import'))
    expect(new Set(imported.map(({ type }) => type)).size).toBe(12)
    await send(imported)
    expect(await findMark(query, MARK)).toEqual([])

    // The host still starts generations, and Stripe still tells of new payments: refunds first.
    const later = { ...of('new'), hasNewObjects: true }
    await addJobs(later)
    await send([...stripeEventsOf(later).reverse(), ...predictionsOf(later)])
    expect(await findMark(query, MARK)).toEqual([])
    expect((await query(LEDGER)).length).toBeGreaterThan(ledger.length)
    expect(await query('SELECT role FROM users')).toEqual([{ role: 'FREE' }])

    /** Rows that a search finds and that the export lacks, as `table key`. */
    async function missingInExport(): Promise<string[]> {
      const exported = new Set<string>()
      for await (const { table, rows } of exportRows(owner, await findPerson(owner, { user: USER })))
        for (const row of rows) exported.add(nameOf(table, row))
      const bodies = await query<Record<string, unknown>>(
        `SELECT event_id FROM webhook_events WHERE encode(raw_body, 'escape') LIKE '%${MARK}%'`,
      )
      expect(bodies.length).toBeGreaterThan(400)
      const all = { ...found, webhook_events: bodies } as Record<string, Record<string, unknown>[]>
      return Object.entries(all)
        .flatMap(([table, rows]) => rows.map((row) => nameOf(table, row)))
        .filter((name) => !exported.has(name))
    }
  }))

const of = (run: string): Marking => ({ mark: MARK, run })

const nameOf = (table: string, row: Record<string, unknown>): string =>
  [table, ...(TABLES[table]?.key ?? []).map((column) => row[column])].join(' ')

/** An event for each customer that these events name, which links it to the user. */
const customersOf = (events: SentEvent[]): SentEvent[] =>
  customersIn(events).map(({ id, account }, index) => {
    const customer = { id, object: 'customer', email: `${MARK}@example.com`, metadata: { user_id: USER } }
    const event = stripeEvent('customer.created', customer, { id: `evt_customer_${index}`, created: 1_700_000_000 })
    return account ? { ...event, body: JSON.stringify({ ...JSON.parse(event.body), account }) } : event
  })

interface Person {
  owner: ReturnType<typeof connect>
  query<T>(text: string, values?: unknown[]): Promise<T[]>
  /** Appends events, then commits them in batches. None of them may fail. */
  send(events: SentEvent[]): Promise<void>
  /** Inserts the host's rows of the predictions. */
  addJobs(marking: Marking): Promise<void>
}

/** A user of the host, and a worker that runs the real handlers. */
const withPerson = (use: (person: Person) => Promise<void>) =>
  withPostgres(async ({ url, roleUrl }) => {
    const owner = connect(url, { max: 2 })
    const pool = connect(roleUrl('sluice_worker'))
    const commit = createCommit(pool, { ...RULES, notifiesHost: true })
    const inbox = createInbox(pool)
    try {
      await owner.query('INSERT INTO users (id) VALUES ($1)', [USER])
      await use({
        owner,
        query: async <T>(text: string, values?: unknown[]) => (await owner.query(text, values)).rows as T[],
        send: async (events) => {
          const ids = await Promise.all(events.map(async (event) => (await inbox.append(verified(event))).id))
          for (let start = 0; start < ids.length; start += 100)
            for (const { outcome } of (await commit(ids.slice(start, start + 100))).values())
              if (outcome !== 'processed' && outcome !== 'ignored') throw new Error(`an event ended ${outcome}`)
        },
        addJobs: async (marking) => {
          const ids = new Set(predictionsOf(marking).map(({ predictionId }) => predictionId))
          await owner.query(
            `INSERT INTO generation_jobs (id, user_id, prediction_id) SELECT 'job-' || id, $1, id FROM unnest($2::text[]) AS id`,
            [USER, [...ids]],
          )
        },
      })
    } finally {
      await Promise.all([owner.end(), pool.end()])
    }
  })

function verified({ provider: name, id, body }: SentEvent) {
  const provider = providers.find((one) => one.name === name)
  if (!provider) throw new Error(`no provider is named ${name}`)
  const headers = provider.sign(body, SECRETS[name], { id })
  return provider.verify({ headers, body: Buffer.from(body) }, [SECRETS[name]], { toleranceSeconds: 300 })
}
