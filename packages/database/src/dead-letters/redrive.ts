import type { Pool, PoolClient } from 'pg'
import { inTransaction } from '../sql/transaction.ts'

export interface DeadLetterFilter {
  /** Event type, or kind of effect. */
  type?: string
  /** The word with which its error begins: `handler_threw`, `crashed`, `smtp_550`. */
  cause?: string
  fingerprint?: string
  /** Failed then or later. */
  since?: Date
  /** Failed then or earlier. */
  until?: Date
}

/** Open dead letters of one type that died of one cause. */
export interface DeadLetterCount {
  type: string
  cause: string
  count: number
}

export interface RedriveSteps {
  /** How many letters one transaction gives back at most. */
  size: number
  /** Told after each how many went back until now; the next begins when it resolves, and none when to false. */
  goOn(redriven: number): Promise<boolean>
}

const CAUSE = `split_part(error, ':', 1)`

const OPEN = `redriven_at IS NULL AND ($1::text IS NULL OR type = $1) AND ($2::text IS NULL OR ${CAUSE} = $2)
  AND ($3::text IS NULL OR fingerprint = $3)
  AND ($4::timestamptz IS NULL OR failed_at >= $4) AND ($5::timestamptz IS NULL OR failed_at <= $5)`

const valuesOf = ({ type, cause, fingerprint, since, until }: DeadLetterFilter) =>
  [type, cause, fingerprint, since, until].map((value) => value ?? null)

/** What a redrive would give back, most first. Writes nothing. */
export async function planRedrive(pool: Pool, filter: DeadLetterFilter): Promise<DeadLetterCount[]> {
  const { rows } = await pool.query<DeadLetterCount>(
    `SELECT type, ${CAUSE} AS cause, count(*)::int AS count FROM webhook_dead_letters
      WHERE ${OPEN} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`,
    valuesOf(filter),
  )
  return rows
}

/**
 * Gives dead letters back to the sweeper, which gives them back to the queue; effects stay once, by their keys. Only
 * Postgres is written, so it works while the queue is away. Oldest first, each step a transaction: wherever it ends, a
 * second run takes the rest, and twice is the same as once. What dies again meanwhile waits for another run, and so
 * does what a worker has in its hands, as after a retry on the board.
 *
 * @returns how many went back.
 */
export async function redrive(
  pool: Pool,
  filter: DeadLetterFilter,
  { size, goOn }: RedriveSteps = { size: 100, goOn: async () => true },
): Promise<number> {
  const bounded = { ...filter, until: await noLaterThanNow(pool, filter.until) }
  for (let [after, redriven] = ['0', 0]; ; ) {
    const step = await inTransaction(pool, (client) => giveBackOnePage(client, bounded, after, size))
    redriven += step.redriven
    if (step.last === undefined || !(await goOn(redriven))) return redriven
    after = step.last
  }
}

async function noLaterThanNow(pool: Pool, until: Date | undefined): Promise<Date | undefined> {
  const { rows } = await pool.query<{ until: Date }>('SELECT least($1::timestamptz, now()::timestamptz(3)) AS until', [
    until ?? null,
  ])
  return rows[0]?.until
}

async function giveBackOnePage(
  client: PoolClient,
  filter: DeadLetterFilter,
  after: string,
  size: number,
): Promise<{ redriven: number; last: string | undefined }> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM webhook_dead_letters WHERE ${OPEN} AND id > $6 ORDER BY id LIMIT $7`,
    [...valuesOf(filter), after, size],
  )
  const page = rows.map(({ id }) => id)
  const free = [...(await reopenEvents(client, page)), ...(await reopenEffects(client, page))]
  const { rowCount } = await client.query(
    'UPDATE webhook_dead_letters SET redriven_at = now() WHERE id = ANY ($1) AND redriven_at IS NULL',
    [free],
  )
  return { redriven: rowCount ?? 0, last: page.at(-1) }
}

/**
 * Rows before their letters, as workers lock them. A row that waits already is not changed.
 *
 * @returns the letters of the rows that no worker has in its hands.
 */
async function reopenEvents(client: PoolClient, page: string[]): Promise<string[]> {
  const { rows } = await client.query<{ letter: string; id: string }>(
    `SELECT d.id AS letter, e.id FROM webhook_dead_letters d
      JOIN webhook_events e ON e.provider = d.provider AND e.event_id = d.event_id
      WHERE d.id = ANY ($1) AND d.outbox_message_id IS NULL FOR NO KEY UPDATE OF e SKIP LOCKED`,
    [page],
  )
  const letters = rows.map(({ letter }) => letter)
  await client.query(
    `UPDATE webhook_events e SET status = 'received', attempts = 0, crashes = 0, error = NULL, sweep_after = now(),
      raw_body = coalesce(e.raw_body, d.raw_body)
      FROM webhook_dead_letters d WHERE d.id = ANY ($1)
      AND e.provider = d.provider AND e.event_id = d.event_id AND e.status = 'failed'`,
    [letters],
  )
  return letters
}

async function reopenEffects(client: PoolClient, page: string[]): Promise<string[]> {
  const { rows } = await client.query<{ letter: string; id: string }>(
    `SELECT d.id AS letter, o.id FROM webhook_dead_letters d JOIN outbox_messages o ON o.id = d.outbox_message_id
      WHERE d.id = ANY ($1) FOR NO KEY UPDATE OF o SKIP LOCKED`,
    [page],
  )
  await client.query(
    `UPDATE outbox_messages SET status = 'pending', attempts = 0, crashes = 0, error = NULL, sweep_after = now()
      WHERE id = ANY ($1) AND status = 'failed'`,
    [rows.map(({ id }) => id)],
  )
  return rows.map(({ letter }) => letter)
}
