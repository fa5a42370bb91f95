import { isDeepStrictEqual } from 'node:util'
import { createInbox } from '@sluice/database/append'
import { TABLES } from '@sluice/database/tables'
import { providers } from '@sluice/providers'
import {
  LIFECYCLES,
  RARE_LIFECYCLES,
  type SeedStream,
  type SentEvent,
  seedStream,
  stripeEvent,
  subscriptionLifecycle,
} from '@sluice/simulator'
import { SECRETS } from '@sluice/testing'
import type { Pool } from 'pg'

/** When an event was last processed is not part of its result. */
const BOOKKEEPING: Record<string, string> = { webhook_events: '{processed_at,sweep_after,touched,revision}' }

/** Every row of every table, by table and key. */
export type Snapshot = Map<string, Record<string, unknown>>

export async function snapshotOf(pool: Pool): Promise<Snapshot> {
  const snapshot: Snapshot = new Map()
  for (const [name, { key, rows: kind }] of Object.entries(TABLES)) {
    if (kind === 'action' || name === 'row_changes') continue // a replay is one, and makes others
    const { rows } = await pool.query<{ key: string; row: Record<string, unknown> }>(
      `SELECT concat_ws(' ', ${key.join(', ')}) AS key, to_jsonb(t) - $1::text[] AS row FROM ${name} t`,
      [BOOKKEEPING[name] ?? '{}'],
    )
    for (const { key, row } of rows) snapshot.set(`${name} ${key}`, row)
  }
  return snapshot
}

/** `<table> <key>: new`, `gone`, or the columns that differ. Registers, which columns come from, count where they alone differ. */
export const changesBetween = (before: Snapshot, after: Snapshot): string[] =>
  [
    ...[...after].flatMap(([name, row]) => changeOf(name, before.get(name), row)),
    ...[...before.keys()].flatMap((name) => (after.has(name) ? [] : [`${name}: gone`])),
  ].sort()

/** A preview names no deleted cache and no noted change of the catalogue: their keys are new each time. */
export const isPreviewed = (change: string): boolean => !/^(outbox_messages features:|catalogue_changes )/.test(change)

function changeOf(name: string, before: Record<string, unknown> | undefined, after: Record<string, unknown>): string[] {
  if (before === undefined) return [`${name}: new`]
  const columns = Object.keys(after).filter((column) => !isDeepStrictEqual(before[column], after[column]))
  const named = columns.filter((column) => column !== 'registers' || columns.length === 1).sort()
  return named.length === 0 ? [] : [`${name}: ${named.join(' ')}`]
}

/** The catalogue, and what the first customer of these events may use. */
function catalogueFor(events: SentEvent[]): SentEvent[] {
  const created = 1_767_600_000
  const [, customer] = /"customer": "(cus_[^"]+)"/.exec(events.map(({ body }) => body).join()) ?? []
  const objects: [type: string, object: object][] = [
    ['product.created', { id: 'prod_pro', name: 'Pro', active: true, metadata: { features: 'export' } }],
    [
      'price.created',
      {
        ...{ id: 'price_pro_monthly', product: 'prod_pro', unit_amount: 1_900, currency: 'usd', active: true },
        metadata: { credits: '100' },
      },
    ],
    [
      'entitlements.active_entitlement_summary.updated',
      { customer, entitlements: { data: [{ feature: 'feat_1', lookup_key: 'api' }], has_more: false } },
    ],
  ]
  return objects.map(([type, object]) => stripeEvent(type, object, { id: `evt_${type}`, created }))
}

/** So many events: the catalogue, every lifecycle there is, and then the many lifecycles of a seed. */
export function streamOf(count: number): SeedStream {
  const lifecycles = [...RARE_LIFECYCLES, ...Object.values(LIFECYCLES).map(({ steps }) => steps)].flatMap(
    (steps, index) =>
      subscriptionLifecycle({
        seed: `lifecycle ${index}`,
        steps,
        userId: `user_${index}`,
        email: 'somebody@example.com',
      }),
  )
  const first = [...catalogueFor(lifecycles), ...lifecycles]
  const { events, users, generationJobs } = seedStream({ events: count - first.length, seed: 'replay' })
  return { events: [...first, ...events], users, generationJobs }
}

export async function insertHostRows(pool: Pool, { users, generationJobs }: SeedStream): Promise<void> {
  await pool.query(
    'INSERT INTO users (id, email) SELECT id, email FROM jsonb_to_recordset($1) AS row (id text, email text)',
    [JSON.stringify(users)],
  )
  await pool.query(
    `INSERT INTO generation_jobs (id, user_id, prediction_id)
      SELECT id, "userId", "predictionId" FROM jsonb_to_recordset($1) AS row (id text, "userId" text, "predictionId" text)`,
    [JSON.stringify(generationJobs)],
  )
}

/** Records them as ingest does. Ids of the rows. */
export async function append(pool: Pool, events: SentEvent[]): Promise<string[]> {
  const inbox = createInbox(pool)
  const rows = await Promise.all(events.map((event) => inbox.append(verified(event))))
  return rows.map(({ id }) => id)
}

function verified({ provider: name, id, body }: SentEvent) {
  const provider = providers.find((one) => one.name === name)
  if (!provider) throw new Error(`no provider is named ${name}`)
  const secret = SECRETS[name]
  const request = { headers: provider.sign(body, secret, { id }), body: Buffer.from(body) }
  return provider.verify(request, [secret], { toleranceSeconds: 300 })
}
