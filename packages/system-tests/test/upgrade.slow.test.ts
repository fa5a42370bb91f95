import { beforeAll, expect, test } from '@jest/globals'
import { connect, WORKER_NAME } from '@sluice/database/pool'
import { seedStream } from '@sluice/simulator'
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
import { buildRelease, lastRelease } from './support/last-release.ts'
import { ledgerFindings } from './support/ledger-findings.ts'
import { startLoad } from './support/load.ts'
import { addHostRows, allDone, unbalancedEntries } from './support/stack.ts'

const BUILD_MS = 900_000
const STREAM = seedStream({ events: 6_000, seed: 'upgrade' })

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

/** Stores with the schema of the last release. */
const withReleasedStack = (use: (stack: Stack<OwnPostgres>, postgres: OwnPostgres) => Promise<void>): Promise<void> =>
  withOwnPostgres(async (server) => {
    const url = Object.assign(new URL(server.url), { pathname: '/released' }).href
    const postgres = { ...server, url, roleUrl: (role: Parameters<typeof asRole>[1]) => asRole(url, role) }
    await create(server.url, 'released')
    await migrateWith(entryOf('cli', released), { env: { DATABASE_URL: url } })
    await withRedis((redis) =>
      withApps({ postgres, redis }, { ingests: 0, workers: 0 }, (stack) => use(stack, postgres)),
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

async function findingsOf(stack: Stack<OwnPostgres>) {
  const pool = connect(stack.postgres.url, { max: 2 })
  try {
    return await ledgerFindings(pool)
  } finally {
    await pool.end()
  }
}
