import type { Finding } from '@sluice/database/ledger'
import type { Pool } from '@sluice/database/pool'
import type { ReceivedMail } from '@sluice/testing/stand-ins'
import { checkWholeLedger } from '../../support/ledger-findings.ts'

type Row = Record<string, unknown>

/** The result of a case, as the outside sees it. Rows without `registers`, ordered by key. */
export interface Outcome {
  /** Status of each event, and the reason of those that were not processed. */
  events: string[]
  /** Role by user. */
  users: Record<string, string>
  customers: Row[]
  subscriptions: Row[]
  items: Row[]
  payments: Row[]
  /** Debits minus credits by account, summed over currencies; accounts at zero are left out. */
  ledger: Record<string, number>
  /** The findings of `sluice ledger check`. Always empty. */
  findings: Finding[]
  /** Refunds, disputes and charges of payments that are not known here. */
  unknownPayments: string[]
  documents: Row[]
  emails: CaseEmail[]
  /** Kind and reason of effects that were not carried out. */
  skipped: string[]
  generations: Row[]
  variants: Row[]
}

export interface CaseEmail extends Pick<ReceivedMail, 'to' | 'subject' | 'text' | 'html' | 'attachments'> {
  kind: string
}

export async function readOutcome(pool: Pool, mails: ReceivedMail[]): Promise<Outcome> {
  const rows = async (sql: string): Promise<Row[]> => (await pool.query<Row>(sql)).rows
  const table = async (name: string, key: string) =>
    (await rows(`SELECT to_jsonb(r) - 'registers' AS row FROM ${name} r ORDER BY ${key}`)).map(({ row }) => row as Row)
  const strings = async (sql: string) => (await rows(sql)).map(({ text }) => String(text))
  return {
    events: await strings(`SELECT status || coalesce(': ' || error, '') AS text FROM webhook_events ORDER BY event_id`),
    users: Object.fromEntries((await table('users', 'id')).map(({ id, role }) => [id, role])),
    customers: await table('customers', 'stripe_customer_id'),
    subscriptions: await table('subscriptions', 'stripe_subscription_id'),
    items: (await hasTable(pool, 'subscription_items'))
      ? await table('subscription_items', 'stripe_subscription_item_id')
      : [],
    payments: await table('payments', 'payment_id'),
    ledger: await readBalances(pool),
    ...(await checkedLedger(pool)),
    documents: await table('documents', 'payment_id, kind'),
    emails: await readEmails(pool, mails),
    skipped: await strings(
      `SELECT kind || ': ' || error AS text FROM outbox_messages WHERE status IN ('done', 'skipped') AND error IS NOT NULL ORDER BY 1`,
    ),
    generations: await table('generation_jobs', 'id'),
    variants: await table('variants', 'pointer'),
  }
}

const hasTable = async (pool: Pool, name: string): Promise<boolean> =>
  (await pool.query('SELECT to_regclass($1) IS NOT NULL AS found', [name])).rows[0]?.found === true

async function checkedLedger(pool: Pool): Promise<Pick<Outcome, 'findings' | 'unknownPayments'>> {
  const { findings, unknown } = await checkWholeLedger(pool)
  return { findings, unknownPayments: unknown.map(({ key }) => key) }
}

async function readBalances(pool: Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ account: string; balance: string }>(
    `SELECT account, sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END)::text AS balance
      FROM ledger_entries GROUP BY account HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0`,
  )
  return Object.fromEntries(rows.map(({ account, balance }) => [account, Number(balance)]))
}

/** The mails that arrived, each with the kind that its notification names. Ordered by kind and recipient. */
async function readEmails(pool: Pool, mails: ReceivedMail[]): Promise<CaseEmail[]> {
  const { rows } = await pool.query<{ kind: string; subject: string; recipient: string }>(
    `SELECT kind, subject, recipient FROM notifications WHERE status = 'sent'`,
  )
  const kindOf = (mail: ReceivedMail) =>
    rows.find(({ subject, recipient }) => subject === mail.subject && recipient === mail.to)?.kind ?? 'unknown'
  return mails
    .map((mail) => ({ kind: kindOf(mail), ...mail }))
    .sort((a, b) => (`${a.kind} ${a.to} ${a.subject}` < `${b.kind} ${b.to} ${b.subject}` ? -1 : 1))
}
