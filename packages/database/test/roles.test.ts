import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type Role, type TestPostgres, withPostgres } from '@sluice/testing'
import { createInbox } from '../src/inbox/append.ts'
import { MIGRATIONS_FOLDER, migrate } from '../src/migrate/index.ts'
import { PERSONAL } from '../src/personal.ts'
import { GRANTED, ROLES, type Role as RoleName, rightsOf } from '../src/roles.ts'
import { connect } from '../src/sql/pool.ts'
import { TABLES } from '../src/tables.ts'
import { received } from './received.ts'
import { refusalOf, sql } from './sql.ts'

const REFUSED = '42501'

/** Columns that the board may not read, beside `registers`. */
const HIDDEN = [
  ...['webhook_events.raw_body', 'webhook_events.headers', 'webhook_dead_letters.raw_body', 'outbox_messages.payload'],
  ...['customers.email', 'users.email', 'notifications.recipient', 'payment_references.email'],
  ...['invoices.customer_email', 'invoices.hosted_invoice_url', 'invoices.invoice_pdf', 'invoices.lines'],
  ...['checkout_sessions.customer_email', 'checkout_sessions.details', 'credit_notes.memo', 'credit_notes.pdf'],
  ...[
    'generation_jobs.output',
    'generation_jobs.text',
    'variants.source_url',
    'forget_runs.keys',
    'operator_actions.content_salt',
  ],
]

const NAMES = Object.keys(TABLES)

const roleOf = (name: RoleName): Role => `sluice_${name}`

async function rightsOfRole({ roleUrl }: TestPostgres, role: Role): Promise<string[]> {
  const pool = connect(roleUrl(role), { max: 1 })
  try {
    return [...(await rightsOf(pool)).rights].sort()
  } finally {
    await pool.end()
  }
}

/** The answer of Postgres to each statement of this role: nothing, or a SQLSTATE. */
async function answers(postgres: TestPostgres, role: Role, statements: string[]): Promise<Record<string, unknown>> {
  const url = postgres.roleUrl(role)
  const given: Record<string, unknown> = {}
  for (const statement of statements) given[statement] = await refusalOf(url, statement)
  return given
}

const all = (statements: string[], answer: string | undefined) =>
  Object.fromEntries(statements.map((statement) => [statement, answer]))

const DDL = [
  'CREATE TABLE mine (id int)',
  'CREATE SCHEMA mine',
  'CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
  'CREATE ROLE mine',
  'ALTER TABLE webhook_events ADD COLUMN mine int',
  'ALTER ROLE sluice_ingest SUPERUSER',
  'DROP TABLE webhook_events',
  'DROP FUNCTION process_webhook_event(bigint[])',
  'TRUNCATE webhook_events',
]

describe.each<RoleName>(ROLES)('%s', (name) => {
  const role = roleOf(name)

  test('has the rights that follow from the list of tables, no more and no less', () =>
    withPostgres(async (postgres) => expect(await rightsOfRole(postgres, role)).toEqual([...GRANTED[name]].sort())))

  test('creates, alters and drops nothing', () =>
    withPostgres(async (postgres) => {
      expect(await answers(postgres, role, DDL)).toEqual(all(DDL, REFUSED))
    }))
})

describe.each(['sluice_worker', 'sluice_board'] as const)('%s', (role) => {
  test.each([
    ['users', 'id, stripe_customer_id, role'],
    ['generation_jobs', 'id, user_id, prediction_id, status'],
  ])('reads no column that the host added to %s', (table, columns) =>
    withPostgres(async (postgres) => {
      await sql(postgres.url, `ALTER TABLE ${table} ADD COLUMN password_hash text`)
      const refused = [
        `SELECT password_hash FROM ${table}`,
        `SELECT * FROM ${table}`,
        `SELECT t FROM ${table} t`,
        `SELECT FROM ${table} WHERE password_hash LIKE 'a%'`,
        `UPDATE ${table} SET password_hash = 'mine'`,
      ]
      expect(await answers(postgres, role, refused)).toEqual(all(refused, REFUSED))
      await migrate(postgres.url)
      expect(await answers(postgres, role, refused)).toEqual(all(refused, REFUSED))
      const named = [`SELECT ${columns} FROM ${table}`]
      expect(await answers(postgres, role, named)).toEqual(all(named, undefined))
    }),
  )
})

test('missing rights are granted by the next `migrate`, also when two run at once', () =>
  withPostgres(async (postgres) => {
    const all = ROLES.map(roleOf).join(', ')
    await sql(postgres.url, `REVOKE ALL ON ALL TABLES IN SCHEMA sluice FROM ${all}`)
    await sql(postgres.url, `REVOKE ALL ON SCHEMA sluice FROM ${all}`)
    await sql(postgres.url, 'REVOKE ALL ON FUNCTION process_webhook_event(bigint[]) FROM sluice_worker')
    await sql(postgres.url, 'REVOKE ALL ON FUNCTION sluice_release_credits(text) FROM sluice_worker')
    expect(await rightsOfRole(postgres, 'sluice_worker')).toEqual([])
    await Promise.all([migrate(postgres.url), migrate(postgres.url)])
    for (const role of ROLES) expect(await rightsOfRole(postgres, roleOf(role))).toEqual([...GRANTED[role]].sort())
  }))

describe('sluice_ingest', () => {
  test('appends, and recognizes a duplicate', () =>
    withPostgres(async ({ url, roleUrl }) => {
      const pool = connect(roleUrl('sluice_ingest'))
      try {
        const { append } = createInbox(pool)
        expect(await append(received('evt_1'))).toMatchObject({ duplicate: false })
        expect(await append(received('evt_1'))).toMatchObject({ duplicate: true })
      } finally {
        await pool.end()
      }
      expect(await sql(url, 'SELECT event_id, status FROM webhook_events')).toEqual([
        { event_id: 'evt_1', status: 'received' },
      ])
    }))

  test('reads the keys of the inbox, and nothing else', () =>
    withPostgres(async (postgres) => {
      const statements = [
        'SELECT raw_body FROM webhook_events',
        'SELECT status FROM webhook_events',
        'SELECT headers FROM webhook_events',
        'SELECT * FROM webhook_events',
        ...NAMES.filter((table) => table !== 'webhook_events').map((table) => `SELECT FROM ${table}`),
        'SELECT * FROM process_webhook_event(ARRAY[1])',
      ]
      expect(await answers(postgres, 'sluice_ingest', statements)).toEqual(all(statements, REFUSED))
      const keys = ['SELECT id, provider, event_id FROM webhook_events']
      expect(await answers(postgres, 'sluice_ingest', keys)).toEqual(all(keys, undefined))
    }))

  test('changes no existing row, and settles nothing', () =>
    withPostgres(async (postgres) => {
      const statements = [
        `UPDATE webhook_events SET status = 'processed'`,
        `UPDATE webhook_events SET raw_body = NULL`,
        'DELETE FROM webhook_events',
        `INSERT INTO webhook_events (provider, event_id, type, ordering_key, status) VALUES ('s', 'e', 't', 'k', 'ignored')`,
        `INSERT INTO webhook_events (provider, event_id, type, ordering_key) VALUES ('s', 'e', 't', 'k')
          ON CONFLICT (provider, event_id) DO UPDATE SET type = 'mine'`,
        `INSERT INTO users (id) VALUES ('user_1')`,
        `INSERT INTO outbox_messages (effect_key, kind, payload) VALUES ('k', 'k', '{}')`,
      ]
      expect(await answers(postgres, 'sluice_ingest', statements)).toEqual(all(statements, REFUSED))
    }))
})

describe('sluice_worker', () => {
  test('changes the role of users, and nothing else of theirs', () =>
    withPostgres(async (postgres) => {
      await sql(postgres.url, `INSERT INTO users (id, email) VALUES ('user_1', 'one@example.com')`)
      const statements = [
        `UPDATE users SET email = 'other@example.com'`,
        `UPDATE users SET id = 'user_2'`,
        `UPDATE users SET stripe_customer_id = 'cus_1'`,
        `INSERT INTO users (id) VALUES ('user_2')`,
        'DELETE FROM users',
      ]
      expect(await answers(postgres, 'sluice_worker', statements)).toEqual(all(statements, REFUSED))
      const role = [`UPDATE users SET role = 'PREMIUM'`]
      expect(await answers(postgres, 'sluice_worker', role)).toEqual(all(role, undefined))
      expect(await sql(postgres.url, 'SELECT email, role FROM users')).toEqual([
        { email: 'one@example.com', role: 'PREMIUM' },
      ])
    }))

  test('neither inserts nor reassigns generation jobs, and never changes or deletes ledger entries', () =>
    withPostgres(async (postgres) => {
      const statements = [
        `INSERT INTO generation_jobs (id) VALUES ('job_1')`,
        `UPDATE generation_jobs SET user_id = 'user_2'`,
        `UPDATE generation_jobs SET prediction_id = 'p2'`,
        'DELETE FROM generation_jobs',
        'UPDATE ledger_entries SET amount = 1',
        'DELETE FROM ledger_entries',
        'DELETE FROM documents',
        'DELETE FROM notifications',
        'SELECT FROM _prisma_migrations',
      ]
      expect(await answers(postgres, 'sluice_worker', statements)).toEqual(all(statements, REFUSED))
    }))
})

describe('sluice_board', () => {
  test('reads every table, but no column that identifies a person or grants access', () =>
    withPostgres(async (postgres) => {
      const statements = NAMES.map((table) => `SELECT ${TABLES[table]?.key.join(', ')} FROM ${table}`)
      expect(await answers(postgres, 'sluice_board', statements)).toEqual(all(statements, undefined))
      const registers = Object.entries(PERSONAL).flatMap(([table, { erased = {}, kept = '' }]) =>
        'registers' in erased || /\bregisters\b/.test(kept) ? [`${table}.registers`] : [],
      )
      expect(registers.length).toBeGreaterThan(10)
      const refused = [...HIDDEN, ...registers].flatMap((name) => {
        const [table, column] = name.split('.')
        return [`SELECT ${column} FROM ${table}`, `SELECT FROM ${table} WHERE ${column}::text LIKE 'a%'`]
      })
      expect(await answers(postgres, 'sluice_board', refused)).toEqual(all(refused, REFUSED))
    }))

  test('learns of an address only what it belongs to, and of a body only its length', () =>
    withPostgres(async ({ url, roleUrl }) => {
      await sql(url, `INSERT INTO users (id, email) VALUES ('user_1', 'Ada@Example.com')`)
      await sql(
        url,
        `INSERT INTO webhook_events (provider, event_id, type, ordering_key, raw_body) VALUES ('s', 'e', 't', 'k', 'abc')`,
      )
      const board = roleUrl('sluice_board')
      expect(await sql(board, `SELECT * FROM sluice_find_address('ada@example.com')`)).toEqual([
        { kind: 'user', id: 'user_1' },
      ])
      expect(await sql(board, `SELECT * FROM sluice_find_address('%')`)).toEqual([])
      expect(await sql(board, 'SELECT sluice_body_bytes(id) AS bytes FROM webhook_events')).toEqual([{ bytes: 3 }])
      for (const role of ['sluice_ingest', 'sluice_host'] as const)
        expect(await refusalOf(roleUrl(role), `SELECT sluice_find_address('a')`)).toBe(REFUSED)
    }))

  test('writes none but actions', () =>
    withPostgres(async (postgres) => {
      const statements = [
        ...NAMES.map((table) => `DELETE FROM ${table}`),
        ...NAMES.filter((table) => TABLES[table]?.boardWrites.length === 0).map(
          (table) => `INSERT INTO ${table} DEFAULT VALUES`,
        ),
        `UPDATE webhook_events SET status = 'received'`,
        `UPDATE users SET role = 'PREMIUM'`,
        'SELECT FROM webhook_events FOR UPDATE',
        'SELECT * FROM process_webhook_event(ARRAY[1])',
      ]
      expect(await answers(postgres, 'sluice_board', statements)).toEqual(all(statements, REFUSED))
    }))
})

describe('sluice_host', () => {
  test('writes its own columns of users and generation jobs, reads state, and asks sluice_can', () =>
    withPostgres(async (postgres) => {
      const statements = [
        `INSERT INTO users (id, email, stripe_customer_id) VALUES ('user_1', 'one@example.com', 'cus_1')`,
        `INSERT INTO users (id) VALUES ('user_1') ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email`,
        `UPDATE users SET stripe_customer_id = 'cus_2' WHERE id = 'user_1'`,
        `INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'user_1', 'pred_1')`,
        `UPDATE generation_jobs SET prediction_id = 'pred_2' WHERE id = 'job_1' RETURNING status, output, text, error`,
        'SELECT id, email, stripe_customer_id, role FROM users FOR UPDATE',
        'SELECT user_id, status, is_active, current_period_end FROM subscriptions',
        `SELECT status, payment_status FROM checkout_sessions WHERE stripe_checkout_session_id = 'cs_1'`,
        'SELECT v.storage_key FROM renders r JOIN variants v ON v.render_id = r.id',
        'SELECT account, direction, amount FROM ledger_entries',
        'SELECT recipient, subject, status FROM notifications',
        'SELECT status, error FROM webhook_events',
        `SELECT sluice_can('user_1', 'export')`,
      ]
      expect(await answers(postgres, 'sluice_host', statements)).toEqual(all(statements, undefined))
      expect(await sql(postgres.url, 'SELECT user_id FROM user_changes')).not.toEqual([])
    }))

  test('may do nothing else', () =>
    withPostgres(async (postgres) => {
      const refused = [
        `UPDATE users SET role = 'PREMIUM'`,
        `INSERT INTO users (id, role) VALUES ('user_1', 'PREMIUM')`,
        `UPDATE users SET host_role = 'PREMIUM'`,
        'SELECT host_role FROM users',
        'DELETE FROM users',
        'DELETE FROM generation_jobs',
        `UPDATE generation_jobs SET status = 'succeeded'`,
        `INSERT INTO generation_jobs (id, output) VALUES ('job_1', '"mine"')`,
        'SELECT raw_body FROM webhook_events',
        'SELECT headers FROM webhook_events',
        'SELECT payload FROM outbox_messages',
        'SELECT raw_body FROM webhook_dead_letters',
        'SELECT * FROM process_webhook_event(ARRAY[1])',
        `SELECT sluice_can('user_1', 'export') FROM _prisma_migrations`,
        ...NAMES.filter((table) => TABLES[table]?.host.writes.length === 0).flatMap((table) => [
          `INSERT INTO ${table} DEFAULT VALUES`,
          `DELETE FROM ${table}`,
        ]),
      ]
      expect(await answers(postgres, 'sluice_host', refused)).toEqual(all(refused, REFUSED))
      const withRegisters = await sql<{ name: string }>(
        postgres.url,
        `SELECT table_name AS name FROM information_schema.columns
          WHERE table_schema = current_schema() AND column_name = 'registers'`,
      )
      const registers = withRegisters.map(({ name }) => `SELECT registers FROM ${name}`)
      expect(registers.length).toBeGreaterThan(10)
      expect(await answers(postgres, 'sluice_host', registers)).toEqual(all(registers, REFUSED))
    }))

  test('reads every column that the package of the host has a type for', () => {
    const types = readFileSync(join(MIGRATIONS_FOLDER, '../../packages/host/src/tables.ts'), 'utf8')
    const columnsOf = (row: string) =>
      [...(types.split(`export interface ${row} {`)[1]?.split('\n}')[0] ?? '').matchAll(/^ {2}(\w+): /gm)].map(
        ([, c]) => c,
      )
    const tables = [...types.matchAll(/^ {2}(\w+): (\w+Row)$/gm)]
    const wanted = tables.flatMap(([, table, row = '']) => columnsOf(row).map((column) => `SELECT ${table}.${column}`))
    expect(wanted.length).toBeGreaterThan(100)
    expect(wanted.filter((right) => !GRANTED.host.has(right))).toEqual([])
  })
})
