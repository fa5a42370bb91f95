import { setTimeout as sleep } from 'node:timers/promises'
import { SluiceError } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { deriveUsers } from '../commit/derive-users.ts'
import { PERSONAL, UNENDED_EFFECTS } from '../personal.ts'
import { sqlState } from '../sql/error-kind.ts'
import { LOCK_IS_HELD } from '../sql/locked-rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { eraseOtherCustomers, eraseRows } from './erase-rows.ts'
import { type File, filesOf } from './files.ts'
import { findPerson } from './find-person.ts'
import { insertForgottenKeys } from './insert-keys.ts'
import { eraseLinks, LINKED_TABLES } from './links.ts'
import { bind, erasedLists, forgottenKeys, type Person, type Subject } from './person.ts'
import { beginRun, endRun, type Problem, type Run } from './runs.ts'
import { waitForCommits } from './wait-for-commits.ts'

/** The stores besides Postgres. Each call is safe to repeat, and throws if it cannot be done now. */
export interface ExternalStores {
  removeFile(file: File): Promise<void>
  /** Removes the person's events from jobs, and what is cached of the users. Resolves to the number of jobs that wait. */
  eraseQueues(person: Person): Promise<{ erased: number; waiting: number }>
}

export interface ForgetSteps {
  /** The operator. */
  operator: string
  /** Called after each step with the number of rows or files that it erased. */
  advance?(count: number): void
  /** Whether to stop after the current step. A second run goes on. */
  isStopped?(): boolean
}

/** How much was erased and what was not, without what it was. */
export interface Forgotten {
  isFinished: boolean
  /** Rows by table, and `files`, `jobs`. */
  erased: Record<string, number>
  /** Events that wait to be processed. Their bodies are erased then. */
  waiting: number
  problems: Problem[]
}

/** The user and the settings of a command were right, and it was stopped. */
export class ForgetStoppedError extends SluiceError {
  override readonly name = 'ForgetStoppedError'

  constructor() {
    super('stopped', 'stopped before the end: run it again')
  }
}

/** Rows in one transaction: few, so that no commit waits long for them. */
const CHUNK = 100

/** Links of subscriptions go before those of their customers, from which users are then derived. */
const IN_ORDER = [
  ...['outbox_messages', 'subscriptions', 'payments', 'customers', 'entitlements', 'users', 'user_changes'],
  ...['credit_entries', 'credit_accounts'],
  ...['invoices', 'checkout_sessions', 'credit_notes', 'payment_methods', 'payment_references', 'generation_jobs'],
  ...[
    'notifications',
    'rendered_emails',
    'webhook_dead_letters',
    'webhook_deliveries',
    'webhook_events',
    'operator_actions',
  ],
  'dead_letter_groups',
  // The rows before may change a role once more.
  'row_changes',
]

/** Rows whose files must be gone first, or nobody would find them. */
const WITH_FILES = ['documents', 'variants']

/** New rows of commits that were under way are found by the next round. */
const ROUNDS_MAX = 5

/**
 * Erases a person. First the keys are written as forgotten, and commits that do not know them have ended: from then on
 * nothing new is written of the person. Then rows are erased, each chunk in a transaction of its own, then files, and what
 * the queues hold. Safe to repeat, and beside running workers; after a crash a second run does the rest.
 *
 * Ledger entries and payments stay, without the person.
 */
export async function forget(
  pool: Pool,
  subject: Subject,
  stores: ExternalStores,
  { operator, advance = () => {}, isStopped = () => false }: ForgetSteps,
): Promise<Forgotten> {
  const run = await beginRun(pool, subject, operator)
  const erased: Record<string, number> = {}
  const count = (name: string, more: number) => {
    if (more === 0) return
    erased[name] = (erased[name] ?? 0) + more
    advance(more)
  }
  const stopIfAsked = () => {
    if (isStopped()) throw new ForgetStoppedError()
  }
  let person = await writeKeys(pool, subject, run, run.person)
  const problems: Problem[] = []
  try {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const before = sumOf(erased)
      await eachChunk(IN_ORDER, (table) => eraseChunk(pool, table, person), count, stopIfAsked)
      await eachChunk(LINKED_TABLES, (table) => eraseChunk(pool, table, person, eraseLinksIn), count, stopIfAsked)
      problems.splice(0, problems.length, ...(await removeFiles(pool, person, stores, count, stopIfAsked)))
      if (sumOf(erased) === before || problems.length > 0) break
      person = await writeKeys(pool, subject, run, person)
    }
    const queues = await stores.eraseQueues(person).catch((error: unknown) => {
      problems.push(problemOf('queues', error))
      return { erased: 0, waiting: 0 }
    })
    count('jobs', queues.erased)
    const waiting = (await countWaiting(pool, person)) + queues.waiting
    const isFinished = problems.length === 0
    await endRun(pool, run.id, { isFinished, erased, problems })
    return { isFinished, erased, waiting, problems }
  } catch (error) {
    await endRun(pool, run.id, { isFinished: false, erased, problems: [...problems, problemOf('run', error)] }).catch(
      () => {},
    )
    throw error
  }
}

const sumOf = (counts: Record<string, number>) => Object.values(counts).reduce((sum, more) => sum + more, 0)

/**
 * Writes the person's keys as forgotten until there are no new ones, and waits for commits that do not know them. Waits
 * also if all are written: an earlier run may have died before it did. The run keeps the keys first, because from then on
 * an event that arrives erases the links that they are found by.
 */
async function writeKeys(pool: Pool, subject: Subject, run: Run, known: Person): Promise<Person> {
  let person = known
  for (let added = 1; added > 0; ) {
    person = await findPerson(pool, subject, person)
    await run.keep(person)
    added = await inTransaction(pool, (client) => insertForgottenKeys(client, forgottenKeys(person)))
    await waitForCommits(pool)
  }
  return person
}

async function eachChunk(
  tables: readonly string[],
  erase: (table: string) => Promise<number>,
  count: (table: string, more: number) => void,
  stopIfAsked: () => void,
): Promise<void> {
  for (const table of tables) {
    for (let more = CHUNK; more >= CHUNK; ) {
      stopIfAsked()
      more = await erase(table)
      count(table, more)
    }
  }
}

/** Longest wait for a row that a commit, or the host, has locked. */
const LOCK_WAIT_MS = 5_000
const TRIES_MAX = 10
const DEADLOCK = '40P01'

async function eraseChunk(pool: Pool, table: string, person: Person, erase = eraseIn): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction(pool, (client) => erase(client, table, person), LOCK_WAIT_MS)
    } catch (error) {
      const state = sqlState(error)
      if ((state !== LOCK_IS_HELD && state !== DEADLOCK) || tries >= TRIES_MAX) throw error
      await sleep(100 * tries)
    }
  }
}

const eraseLinksIn = (client: PoolClient, table: string, { users }: Person): Promise<number> =>
  eraseLinks(client, table, users, CHUNK)

async function eraseIn(client: PoolClient, table: string, person: Person): Promise<number> {
  const lists = erasedLists(person)
  if (table === 'outbox_messages') await endEffects(client, lists['effects'] ?? [])
  const erased = await eraseRows(client, table, lists, CHUNK)
  if (table !== 'customers') return erased
  const others = await eraseOtherCustomers(client, lists, CHUNK)
  await unlink(client, person)
  return erased + others
}

/** Open dead letters of effects are closed with them. */
async function endEffects(client: PoolClient, ids: string[]): Promise<void> {
  await client.query(
    `WITH ended AS (
        UPDATE outbox_messages SET status = 'skipped', done_at = now(), error = 'forgotten', waiting_since = NULL
        WHERE id = ANY ($1::uuid[]) AND ${UNENDED_EFFECTS} RETURNING id
      )
      UPDATE webhook_dead_letters d SET redriven_at = now() FROM ended
      WHERE d.outbox_message_id = ended.id AND d.redriven_at IS NULL`,
    [ids],
  )
}

/** Customers, subscriptions and payments follow from links that are gone, and so do the roles of their users. */
async function unlink(client: PoolClient, person: Person): Promise<void> {
  const { rows } = await client.query(
    'SELECT DISTINCT stripe_customer_id AS id FROM subscriptions WHERE stripe_subscription_id = ANY ($1)',
    [person.subscriptions.map(({ id }) => id)],
  )
  const customerIds = new Set([...person.customers, ...(rows as { id: string }[])].map(({ id }) => id))
  await deriveUsers(client, {
    customerIds: [...customerIds],
    paymentIds: person.payments.map(({ id }) => id),
    contested: { customers: [...customerIds], subscriptions: [] },
  })
}

async function removeFiles(
  pool: Pool,
  person: Person,
  { removeFile }: ExternalStores,
  count: (name: string, more: number) => void,
  stopIfAsked: () => void,
): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const file of await filesOf(pool, person)) {
    stopIfAsked()
    await removeFile(file).then(
      () => count('files', file.kind === 'stored' ? 1 : 0),
      (error: unknown) => problems.push(problemOf(nameOf(file), error)),
    )
  }
  // Their rows name the files that are left, so that a second run finds them.
  if (problems.length === 0) await eachChunk(WITH_FILES, (table) => eraseChunk(pool, table, person), count, stopIfAsked)
  return problems
}

const nameOf = (file: File): string =>
  file.kind === 'stored' ? `file ${file.key}` : file.kind === 'email' ? 'file of an e-mail' : 'file without a row'

/** The code of the error, whose message might quote something. */
const problemOf = (what: string, error: unknown): Problem => {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return { what, cause: String(code ?? name ?? 'unknown') }
}

async function countWaiting(pool: Pool, { events, mentions }: Person): Promise<number> {
  const { rows } = await pool.query(
    `SELECT count(*)::int AS count FROM webhook_events WHERE id = ANY ($1::bigint[]) AND status = 'received'`,
    [[...events, ...mentions]],
  )
  return rows[0].count
}

/** The tables that `forget` changes. A test compares them with `PERSONAL`. */
export const ERASED_TABLES: readonly string[] = [...IN_ORDER, ...WITH_FILES]

/** How many rows `forget` would change, by table. */
export async function countOpen(pool: Pool, person: Person): Promise<Record<string, number>> {
  const lists = erasedLists(person)
  const counts: Record<string, number> = {}
  for (const table of ERASED_TABLES) counts[table] = await countIn(pool, table, lists)
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
}

async function countIn(pool: Pool, table: string, lists: Record<string, string[]>): Promise<number> {
  const { foundBy, isOpen = 'false', deletedIf = 'false' } = PERSONAL[table] ?? { foundBy: null }
  if (foundBy === null) return 0
  const text = `SELECT count(*)::int AS count FROM ${table} WHERE (${foundBy}) AND ((${isOpen}) OR (${deletedIf}))`
  return (await pool.query(bind(text, lists))).rows[0].count
}
