// The situations that `migrate` may find. Each gets a server, does what somebody does there, and says in a few words what came
// of it. Each has databases and roles of its own.
import { eventually } from '@sluice/testing'
import pg from 'pg'
import { withPooler } from './pooler.mjs'
import { withPrismaHost } from './prisma-host.mjs'
import { sql } from './server.mjs'
import { checkEvents, checkRights, checkSame, loginsOf, migrate, start } from './sluice.mjs'

const NOTHING = 'Nothing to do: every migration is applied.'

export const SITUATIONS = {
  'as superuser, in an empty database': async (server) => {
    const { database, placement, admin } = await emptyDatabase(server, 'super')
    await migrate(admin, placement)
    await checkRights(server, database, placement)
    return 'every role has exactly its rights'
  },

  '… and events of both providers, by their roles': async (server) => {
    const placement = placementOf('super')
    await checkEvents(server.admin('super'), await loginsOf(server, 'super', placement), placement)
    return 'sluice smoke: every step holds'
  },

  twice: async (server) => {
    const { placement, admin } = await emptyDatabase(server, 'twice')
    await migrate(admin, placement)
    const printed = await migrate(admin, placement)
    if (printed !== NOTHING) throw new Error(printed)
    return 'nothing to do'
  },

  'twice at the same time': async (server) => {
    const { database, placement, admin } = await emptyDatabase(server, 'parallel')
    await Promise.all([migrate(admin, placement), migrate(admin, placement)])
    await checkRights(server, database, placement)
    return 'both succeed'
  },

  'as plain owner with CREATEROLE': async (server) => {
    const { database, placement, owner } = await emptyDatabase(server, 'plain', 'CREATEROLE')
    await migrate(owner, placement)
    await checkRights(server, database, placement)
    return 'every role has exactly its rights'
  },

  'as plain owner, roles made by a DBA': async (server) => {
    const { database, placement, owner, admin } = await emptyDatabase(server, 'dba_roles')
    for (const role of ['ingest', 'worker', 'board', 'host'])
      await sql(admin, `CREATE ROLE "${placement.rolePrefix}${role}" LOGIN`)
    await migrate(owner, placement)
    await checkRights(server, database, placement)
    return 'every role has exactly its rights'
  },

  'as a user who may do nothing': async (server) => {
    const { database, placement, owner, admin } = await emptyDatabase(server, 'nobody', '', false)
    await sql(
      admin,
      `REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC; GRANT CONNECT ON DATABASE ${database} TO nobody_owner`,
    )
    const asked = await untilMigrated(owner, placement, (statement) => sql(admin, statement))
    await checkRights(server, database, placement)
    return `says ${asked} statements for a DBA, then succeeds`
  },

  'in a full database, and changes nothing of it': async (server) => {
    const { database, placement, owner, admin } = await emptyDatabase(server, 'crowded', 'CREATEROLE')
    await sql(admin, OTHERS)
    const before = await outside(admin)
    await migrate(owner, placement)
    await checkRights(server, database, placement)
    checkSame('the rest of the database', before, await outside(admin))
    return 'the rest of the database is as it was'
  },

  'beside a host that uses Prisma': async (server) => {
    const { database, placement, owner, admin } = await emptyDatabase(server, 'prisma', 'CREATEROLE')
    await withPrismaHost(admin, async ({ deployNext, checkDrift }) => {
      await deployNext()
      await migrate(owner, placement)
      await deployNext()
      const printed = await migrate(owner, placement)
      if (printed !== NOTHING) throw new Error(printed)
      checkDrift()
    })
    await checkRights(server, database, placement)
    return 'both migrate in turns, no drift in public'
  },

  'killed in the middle of a migration': async (server) => {
    const { database, placement, owner, admin } = await emptyDatabase(server, 'killed', 'CREATEROLE')
    await sql(owner, 'CREATE SCHEMA sluice')
    const blocker = new pg.Client({ connectionString: owner })
    await blocker.connect()
    await blocker.query('BEGIN; CREATE TABLE sluice.invoices (id int)') // a migration waits for the end of this
    const killed = start(['migrate'], owner, placement)
    await eventually(() => whetherWaits(admin, database), 60_000)
    await killed.kill('SIGKILL')
    await blocker.query('ROLLBACK')
    await blocker.end()
    const kept = await sql(owner, 'SELECT FROM sluice._prisma_migrations WHERE finished_at IS NOT NULL')
    await migrate(owner, placement)
    await checkRights(server, database, placement)
    return `keeps ${kept.length} whole migrations, then goes on`
  },

  'out of public, where version 0.1.0 made its tables': async (server) => {
    const { database, placement, owner, admin } = await emptyDatabase(server, 'moved', 'CREATEROLE')
    await sql(admin, 'GRANT CREATE ON SCHEMA public TO moved_owner')
    await migrate(owner, { ...placement, schema: 'public' })
    const printed = await migrate(owner, placement, '--move')
    if (!printed.includes('Moved all tables to the schema sluice.')) throw new Error(printed)
    await checkRights(server, database, placement)
    return 'migrate --move: every role has exactly its rights'
  },

  'beside another deployment with the same roles': async (server) => {
    const { admin, placement } = await emptyDatabase(server, 'again')
    await migrate(admin, placement)
    const { admin: other } = await emptyDatabase(server, 'again_other')
    const printed = await migrate(other, placement)
    if (!printed.includes('are also those of the database again,')) throw new Error(printed)
    return 'names the other one, and ROLE_PREFIX'
  },

  'through PgBouncer in session mode': async (server) => {
    const { database, placement, admin } = await emptyDatabase(server, 'session')
    await withPooler('session', [admin], ([address]) => migrate(address, placement))
    await checkRights(server, database, placement)
    const urls = await loginsOf(server, database, placement)
    await withPooler('session', Object.values(urls), (addresses) =>
      checkEvents(admin, Object.fromEntries(Object.keys(urls).map((role, n) => [role, addresses[n]])), placement),
    )
    return 'migrates; sluice smoke: every step holds'
  },

  'through PgBouncer in transaction mode': async (server) => {
    const { database, placement, admin } = await emptyDatabase(server, 'transaction')
    await withPooler('transaction', [admin], ([address]) => migrate(address, placement))
    await checkRights(server, database, placement)
    const urls = await loginsOf(server, database, placement)
    const refusal = await withPooler('transaction', [urls.worker], ([worker]) =>
      checkEvents(admin, { ...urls, worker }, placement),
    ).then(
      () => 'It was not refused.',
      ({ message }) => message,
    )
    if (!/WORKER_DATABASE_URL leads to a pooler in transaction mode, /.test(refusal)) throw new Error(refusal)
    return 'migrates; the worker refuses, and names the pooler'
  },
}

const placementOf = (name) => ({ schema: 'sluice', rolePrefix: `${name}_` })

/** A database with an owner who is no superuser. */
async function emptyDatabase(server, database, attributes = '', ownsDatabase = true) {
  const login = `${database}_owner`
  await sql(server.admin(), `CREATE ROLE ${login} LOGIN ${attributes}`)
  await sql(server.admin(), `CREATE DATABASE ${database} ${ownsDatabase ? `OWNER ${login}` : ''}`)
  const owner = await server.login(login, database)
  return { database, owner, admin: server.admin(database), placement: placementOf(database) }
}

/** Runs what `migrate` asks for, until it asks for nothing. Returns how many statements that were. */
async function untilMigrated(url, placement, run) {
  let asked = 0
  for (;;) {
    const refusal = await migrate(url, placement).then(
      () => undefined,
      ({ message }) => message,
    )
    if (refusal === undefined) return asked
    const statements = refusal.match(/^ {2}.+;$/gm)
    if (!statements) throw new Error(refusal)
    for (const statement of statements) await run(statement)
    asked += statements.length
  }
}

async function whetherWaits(admin, database) {
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = '${database}' AND wait_event_type = 'Lock'`
  if ((await sql(admin, waiting)).length === 0) throw new Error('migrate does not wait')
}

const OTHERS = `
  CREATE TABLE public._prisma_migrations (id text, migration_name text, finished_at timestamptz);
  INSERT INTO public._prisma_migrations VALUES ('1', '20200101000000_theirs', now());
  CREATE TABLE public.users (id int PRIMARY KEY, password text); INSERT INTO public.users VALUES (1, 'secret');
  CREATE TABLE public.payments (id int); CREATE TABLE public.webhook_events (id int);
  CREATE TYPE public.status AS ENUM ('open', 'closed');
  CREATE FUNCTION public.process_webhook_event(ids bigint[]) RETURNS int LANGUAGE sql AS 'SELECT 1'`

/** Everything in `public`, and the rights on it and on the database. */
const outside = (url) =>
  sql(
    url,
    `SELECT relname::text AS name, relacl::text AS rights, pg_relation_size(c.oid)::text AS content FROM pg_class c
        WHERE relnamespace = 'public'::regnamespace
      UNION ALL SELECT proname, proacl::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      UNION ALL SELECT typname, typacl::text, '' FROM pg_type WHERE typnamespace = 'public'::regnamespace
      UNION ALL SELECT 'public', nspacl::text, nspowner::text FROM pg_namespace WHERE nspname = 'public'
      UNION ALL SELECT extname, '', '' FROM pg_extension
      ORDER BY 1`,
  )
