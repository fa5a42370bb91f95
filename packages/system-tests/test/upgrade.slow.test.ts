import { beforeAll, expect, test } from '@jest/globals'
import { followCatalogue } from '@sluice/database/commit'
import { COMPARABLE } from '@sluice/database/comparable-rows'
import { connect, type Pool, WORKER_NAME } from '@sluice/database/pool'
import { stateHash } from '@sluice/database/state-hash'
import { TABLES } from '@sluice/database/tables'
import { type SentEvent, seedStream } from '@sluice/simulator'
import {
  asRole,
  entryOf,
  eventually,
  type OwnPostgres,
  type Stack,
  startProcess,
  type TestApp,
  withApps,
  withOwnPostgres,
  withRedis,
} from '@sluice/testing'
import { runCommand } from './support/broken-worker.ts'
import { addHostRowsOf, commitEvents } from './support/commit-stream.ts'
import { buildRelease, lastRelease } from './support/last-release.ts'
import { ledgerFindings } from './support/ledger-findings.ts'
import { startLoad } from './support/load.ts'
import { addHostRows, allDone, allHandled, sendAll, unbalancedEntries } from './support/stack.ts'

const BUILD_MS = 900_000
const STREAM = seedStream({ events: 6_000, seed: 'upgrade' })
/** Of other customers each. */
const FIRST = seedStream({ events: 120, seed: 'before the rollback' })
const LATER = seedStream({ events: 120, seed: 'after the rollback' })

/** An intent that nobody claims is not booked during a run, however long that takes. */
const ENV = { UNCLAIMED_PAYMENT_SECONDS: '86400' }

/** The checkout of the last release, built. */
let released: string

beforeAll(async () => {
  const release = lastRelease()
  released = await buildRelease(release)
  console.log(`upgrades from ${release.name} (${release.commit.slice(0, 8)})`)
}, BUILD_MS)

/** Guarantees that an upgrade needs no stop: neither while both versions run, nor when it is taken back. */
test('under load: the last release beside this version, before and after migrate, a rollback, and the upgrade again', () =>
  withReleasedStack(async (stack, postgres) => {
    await addHostRows(stack, STREAM)
    await recordEndings(stack)
    const load = startLoad(STREAM.events, 20)
    const old = { ingest: await startOld(stack, 'ingest'), worker: await startOld(stack, 'worker') }
    load.sendTo(old.ingest)
    await processed(stack, 40)

    await migrateWith(entryOf('cli'), stack)
    await processed(stack, 40)

    const next = { ingest: await stack.start('ingest'), worker: await stack.start('worker') }
    load.sendTo(old.ingest, next.ingest)
    const since = await now(stack)
    await processed(stack, 40)
    expect(await claimedByOlder(stack, since)).toBe(0)

    load.sendTo(old.ingest)
    await stop(old.worker, next.worker)
    await withoutPostgres(postgres, () => load.answered(20))
    next.worker = await stack.start('worker')
    await processed(stack, 40)

    load.sendTo(next.ingest)
    await stop(next.worker)
    await withoutPostgres(postgres, () => load.answered(20))
    old.worker = await startOld(stack, 'worker')
    load.sendTo(old.ingest)
    await stop(next.ingest)
    await processed(stack, 40)

    next.ingest = await stack.start('ingest')
    next.worker = await stack.start('worker')
    load.sendTo(next.ingest)
    await stop(old.ingest, old.worker)
    await processed(stack, 40)
    const { sent, refused } = await load.stop()

    expect(refused).toEqual([])
    const { ignored = 0, ...others } = await allDone(stack, sent.length, 120_000)
    expect(others).toEqual({ processed: sent.length - ignored })
    expect(await reasonsOfIgnored(stack)).toEqual(ignored > 0 ? [{ error: 'no handler for this type' }] : [])
    expect(await endedTwice(stack)).toEqual([])
    expect(await stack.query('SELECT type, error FROM webhook_dead_letters')).toEqual([])
    expect(await unbalancedEntries(stack)).toEqual([])
    await settled(stack)
    expect(await findingsOf(stack)).toEqual([])
    console.log(`${sent.length} events: none lost, doubled or refused`)
  }))

/** Guarantees that a rollback costs nothing: old code does what it did, and going forward again leaves no trace of it. */
test(
  'old code makes on the migrated database what it made before, and after upgrade and replay the state is that of no rollback',
  async () => {
    const rows = await withReleasedStack(async (stack) => {
      await addHostRows(stack, LATER)
      const columns = await columnsOf(stack)
      await processWith(await startBoth(stack, startOld), stack, LATER.events)
      return { columns, right: await rowsIn(stack, columns) }
    })
    await withReleasedStack(async (stack, postgres) => {
      for (const stream of [FIRST, LATER]) await addHostRows(stack, stream)
      await migrateWith(entryOf('cli'), stack)
      const [byNew, byOld] = [FIRST.events.slice(0, 60), FIRST.events.slice(60)]
      await processWith(await startBoth(stack, (_, name) => stack.start(name)), stack, byNew)

      const old = await startBoth(stack, startOld)
      await sendAll(stack, byOld)
      await allHandled(stack, FIRST.events.length, BUILD_MS)
      const before = await rowsIn(stack, rows.columns)
      await processWith(old, stack, LATER.events)
      const made = [...(await rowsIn(stack, rows.columns))].filter(([key]) => rows.right.has(key) || !before.has(key))
      expect(new Map(made)).toEqual(rows.right)

      await stack.start('worker')
      await settled(stack)
      await runCommand(stack, 'replay', '--since', '1h')
      await allHandled(stack, FIRST.events.length + LATER.events.length, BUILD_MS)
      const direct = await hashWithoutRollback(postgres)
      expect(await hashIn(postgres.url)).toEqual(direct)
      expect(await findingsOf(stack)).toEqual([])
    })
  },
  BUILD_MS,
)

type Both = Record<'ingest' | 'worker', TestApp>

async function startBoth(
  stack: Stack<OwnPostgres>,
  start: (stack: Stack<OwnPostgres>, name: 'ingest' | 'worker') => Promise<TestApp>,
): Promise<Both> {
  const [ingest, worker] = await Promise.all([start(stack, 'ingest'), start(stack, 'worker')])
  stack.ingests.splice(0, 1, ingest)
  return { ingest, worker }
}

/** Sends events to the ingest of `startBoth`, and stops both when all are handled. */
async function processWith({ ingest, worker }: Both, stack: Stack<OwnPostgres>, events: SentEvent[]): Promise<void> {
  const [{ count } = { count: 0 }] = await stack.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM webhook_events',
  )
  await sendAll(stack, events)
  await allHandled(stack, count + events.length, BUILD_MS)
  await stop(ingest, worker)
}

const FOLLOWING = COMPARABLE.filter((table) => table !== 'webhook_events')

/** The columns of this schema that follow from events, by table. */
async function columnsOf(stack: Stack<OwnPostgres>): Promise<Map<string, string[]>> {
  const found = await stack.query<{ name: string; columns: string[] }>(
    `SELECT c.relname AS name, array_agg(attname::text ORDER BY attnum) AS columns
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
      WHERE c.oid = ANY (SELECT to_regclass(name) FROM unnest($1::text[]) AS name) GROUP BY 1`,
    [FOLLOWING],
  )
  return new Map(
    found.map(({ name, columns }) => [name, columns.filter((column) => !TABLES[name]?.volatile.includes(column))]),
  )
}

/** JSON of these columns, by table and key. */
async function rowsIn(stack: Stack<OwnPostgres>, columns: Map<string, string[]>): Promise<Map<string, string>> {
  const rows = new Map<string, string>()
  for (const [name, some] of columns) {
    const { key = [], sharedIf } = TABLES[name] ?? {}
    const found = await stack.query<{ key: string; row: string }>(
      `SELECT concat_ws(' ', ${key.join(', ')}) AS key, (SELECT to_jsonb(r)::text FROM (SELECT ${some.map((column) => `t.${column}`).join(', ')}) AS r) AS row
        FROM ${name} t WHERE ${sharedIf ?? true}`,
    )
    for (const one of found) rows.set(`${name} ${one.key}`, one.row)
  }
  return rows
}

/** The state after the same events in a database that only this version has had. */
async function hashWithoutRollback(postgres: OwnPostgres): Promise<Record<string, string>> {
  await create(postgres.url, 'direct')
  const urlOf = (url: string) => Object.assign(new URL(url), { pathname: '/direct' }).href
  const url = urlOf(postgres.url)
  await migrateWith(entryOf('cli'), { env: { DATABASE_URL: url } })
  await withPool(url, async (owner) => {
    for (const stream of [FIRST, LATER]) await addHostRowsOf(owner, stream)
  })
  await withPool(urlOf(postgres.roleUrl('sluice_worker')), async (worker) => {
    await commitEvents(worker, [...FIRST.events, ...LATER.events], 64)
    while ((await followCatalogue(worker)) > 0);
  })
  return hashIn(url)
}

/** The hash of each table, without effects: those that were done stay as they were. */
const hashIn = (url: string): Promise<Record<string, string>> =>
  withPool(url, async (owner) => {
    const { tables } = await stateHash(owner)
    return Object.fromEntries(
      Object.entries(tables).flatMap(([name, { hash }]) => (name === 'outbox_messages' ? [] : [[name, hash]])),
    )
  })

async function withPool<T>(url: string, use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = connect(url, { max: 2 })
  return use(pool).finally(() => pool.end())
}

/** Stores with the schema of the last release. */
const withReleasedStack = <T>(use: (stack: Stack<OwnPostgres>, postgres: OwnPostgres) => Promise<T>): Promise<T> =>
  withOwnPostgres(async (server) => {
    const url = Object.assign(new URL(server.url), { pathname: '/released' }).href
    const postgres = { ...server, url, roleUrl: (role: Parameters<typeof asRole>[1]) => asRole(url, role) }
    await create(server.url, 'released')
    await migrateWith(entryOf('cli', released), { env: { DATABASE_URL: url } })
    return withRedis((redis) =>
      withApps({ postgres, redis }, { ingests: 0, workers: 0, env: ENV }, (stack) => use(stack, postgres)),
    )
  })

async function create(url: string, name: string): Promise<void> {
  const pool = connect(url, { max: 1 })
  await pool.query(`CREATE DATABASE ${name}`).finally(() => pool.end())
}

async function migrateWith(cli: string, { env }: { env: Record<string, string> }): Promise<void> {
  const command = startProcess(cli, ['migrate'], { env })
  expect({ exitCode: await command.exited, output: command.output() }).toMatchObject({ exitCode: 0 })
}

/** The last release knows no users of Redis: it has the address of the operator. */
const startOld = (stack: Stack<OwnPostgres>, name: 'ingest' | 'worker'): Promise<TestApp> =>
  stack.start(name, { root: released, env: { REDIS_URL: stack.redis.url } })

const stop = (...apps: TestApp[]) => Promise.all(apps.map((app) => app.kill('SIGTERM')))

async function withoutPostgres(postgres: OwnPostgres, wait: () => Promise<void>): Promise<void> {
  await postgres.stop()
  await wait()
  await postgres.start()
}

const countProcessed = async (stack: Pick<Stack, 'query'>): Promise<number> => {
  const rows = await stack.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM webhook_events WHERE status = 'processed'`,
  )
  return rows[0]?.count ?? 0
}

/** Waits until this many more events are processed. */
async function processed(stack: Pick<Stack, 'query'>, more: number): Promise<void> {
  const before = await countProcessed(stack)
  await eventually(async () => expect(await countProcessed(stack)).toBeGreaterThanOrEqual(before + more), 60_000)
}

const now = async (stack: Pick<Stack, 'query'>): Promise<unknown> => (await stack.query('SELECT now()'))[0]?.['now']

/** How many events older workers have claimed and processed since this time. */
async function claimedByOlder(stack: Pick<Stack, 'query'>, since: unknown): Promise<unknown> {
  const [older] = await stack.query(
    `SELECT count(*)::int AS count FROM endings WHERE what = 'webhook_events' AND by <> $1 AND begun > $2`,
    [WORKER_NAME, since],
  )
  return older?.['count']
}

/** Records each ending of an event or effect, since a second one would overwrite the first. */
const recordEndings = (stack: Pick<Stack, 'query'>) =>
  stack.query(`
    CREATE TABLE endings (what text, key text, by text DEFAULT current_setting('application_name'),
      begun timestamptz DEFAULT now());
    CREATE FUNCTION record_ending() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN INSERT INTO public.endings VALUES (TG_TABLE_NAME, to_jsonb(NEW) ->> TG_ARGV[0]); RETURN NULL; END $$;
    CREATE TRIGGER endings AFTER UPDATE ON webhook_events FOR EACH ROW
      WHEN (NEW.processed_at <> coalesce(OLD.processed_at, '-infinity')) EXECUTE FUNCTION record_ending('event_id');
    CREATE TRIGGER endings AFTER UPDATE ON outbox_messages FOR EACH ROW
      WHEN (NEW.done_at <> coalesce(OLD.done_at, '-infinity')) EXECUTE FUNCTION record_ending('effect_key')`)

/** Older workers have fewer handlers. */
const reasonsOfIgnored = (stack: Pick<Stack, 'query'>) =>
  stack.query(`SELECT DISTINCT error FROM webhook_events WHERE status = 'ignored'`)

const endedTwice = (stack: Pick<Stack, 'query'>) =>
  stack.query('SELECT what, key, count(*)::int FROM endings GROUP BY 1, 2 HAVING count(*) > 1')

/** Waits until the worker has derived again what older workers wrote. */
const settled = (stack: Pick<Stack, 'query'>) =>
  eventually(async () => {
    const left = await stack.query(
      `SELECT stripe_subscription_id FROM subscriptions WHERE access_rules = ''
        UNION ALL SELECT user_id FROM user_changes WHERE due_at <= now() AND NOT is_repeat`,
    )
    expect(left).toEqual([])
  }, 60_000)

const findingsOf = (stack: Stack<OwnPostgres>) => withPool(stack.postgres.url, ledgerFindings)
