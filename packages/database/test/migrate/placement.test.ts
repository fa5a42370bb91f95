import { expect, test } from '@jest/globals'
import { MigrationError, migrate, migrationNames } from '../../src/migrate/index.ts'
import { GRANTED, rightsOf } from '../../src/roles.ts'
import { connect } from '../../src/sql/pool.ts'
import { refusalOf, sql } from '../sql.ts'
import { withPlainOwner } from './with-plain-owner.ts'

const REFUSED = '42501'

/** An application with Prisma whose tables have the names of ours. */
const OTHERS = `
  CREATE TABLE public._prisma_migrations (id text, migration_name text, finished_at timestamptz);
  INSERT INTO public._prisma_migrations VALUES ('1', '20200101000000_theirs', now());
  CREATE TABLE public.users (id int PRIMARY KEY, password_hash text);
  INSERT INTO public.users VALUES (1, 'secret');
  CREATE TABLE public.payments (id int); CREATE TABLE public.webhook_events (id int);
  CREATE FUNCTION public.process_webhook_event(ids bigint[]) RETURNS int LANGUAGE sql AS 'SELECT 1'`

/** Everything in `public`, and the rights on it and on the database. */
const outside = (url: string) =>
  sql(
    url,
    `SELECT relname::text AS name, relacl::text AS rights, pg_relation_size(c.oid)::text AS size FROM pg_class c
        WHERE relnamespace = 'public'::regnamespace
      UNION ALL SELECT proname, proacl::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      UNION ALL SELECT 'public', nspacl::text, nspowner::text FROM pg_namespace WHERE nspname = 'public'
      UNION ALL SELECT 'settings', setconfig::text, setrole::text FROM pg_db_role_setting s
        JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database() AND s.setrole = 0
      ORDER BY 1`,
  )

const rightsAs = async (url: string, placement: { schema: string; rolePrefix: string }) => {
  const pool = connect(url, { max: 1, placement })
  try {
    return [...(await rightsOf(pool)).rights].sort()
  } finally {
    await pool.end()
  }
}

test('a plain owner migrates a database that is full of the tables of others, and changes none of it', () =>
  withPlainOwner({ attributes: 'CREATEROLE' }, async ({ admin, owner, placement, asUser }) => {
    await sql(admin, OTHERS)
    const before = await outside(admin)
    expect(await migrate(owner, placement)).toEqual({ applied: migrationNames(), schema: 'sluice', notes: [] })
    expect(await migrate(owner, placement)).toEqual({ applied: [], schema: 'sluice', notes: [] })
    expect(await outside(admin)).toEqual(before)
    for (const role of ['ingest', 'worker', 'board', 'host'] as const) {
      const url = await asUser(placement.rolePrefix + role)
      expect(await rightsAs(url, placement)).toEqual([...GRANTED[role]].sort())
      expect(await refusalOf(url, 'SELECT password_hash FROM public.users')).toBe(REFUSED)
    }
    expect(await sql(admin, 'SELECT id FROM public.users')).toEqual([{ id: 1 }])
  }))

test('an owner who may make neither roles nor schemas says what an administrator has to run, and then migrates', () =>
  withPlainOwner({ ownsDatabase: false }, async ({ admin, owner, placement, asUser }) => {
    await sql(admin, `REVOKE CONNECT ON DATABASE ${new URL(admin).pathname.slice(1)} FROM PUBLIC`)
    await sql(admin, `GRANT CONNECT ON DATABASE ${new URL(admin).pathname.slice(1)} TO ${placement.rolePrefix}owner`)
    let asked = 0
    for (;;) {
      const error = await migrate(owner, placement).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      if (error === undefined) break
      expect(error).toBeInstanceOf(MigrationError)
      const statements = (error as Error).message.match(/^ {2}.+;$/gm) ?? []
      expect(statements).not.toEqual([])
      for (const statement of statements) await sql(admin, statement)
      asked += 1
    }
    expect(asked).toBe(3) // the roles, the schema, the rights to connect
    const worker = await asUser(`${placement.rolePrefix}worker`)
    expect(await rightsAs(worker, placement)).toEqual([...GRANTED.worker].sort())
    expect(await migrate(owner, placement)).toEqual({ applied: [], schema: 'sluice', notes: [] })
  }))

test('without the role of the host alone, the processes work, and one line says how to make it', () =>
  withPlainOwner({}, async ({ admin, owner, placement }) => {
    for (const role of ['ingest', 'worker', 'board'])
      await sql(admin, `CREATE ROLE ${placement.rolePrefix}${role} LOGIN`)
    const { notes } = await migrate(owner, placement)
    expect(notes).toEqual([expect.stringContaining(`CREATE ROLE "${placement.rolePrefix}host" LOGIN;`)])
  }))

test('two deployments in one database have nothing of each other', () =>
  withPlainOwner({ attributes: 'CREATEROLE' }, async ({ owner, placement, asUser }) => {
    const other = { schema: 'second', rolePrefix: `${placement.rolePrefix}second_` }
    await migrate(owner, { ...placement, schema: 'public' })
    expect(await migrate(owner, other)).toMatchObject({ applied: migrationNames(), schema: 'second' })
    const one = await asUser(`${placement.rolePrefix}worker`)
    const two = await asUser(`${other.rolePrefix}worker`)
    expect(await rightsAs(two, other)).toEqual([...GRANTED.worker].sort())
    expect(await refusalOf(one, 'SELECT FROM second.webhook_events')).toBe(REFUSED)
    expect(await refusalOf(two, 'SELECT FROM public.webhook_events')).toBe(REFUSED)
    await sql(
      one,
      `INSERT INTO public.webhook_events (provider, event_id, type, ordering_key) VALUES ('s', 'e', 't', 'k')`,
    )
    expect(await sql(two, 'SELECT FROM second.webhook_events')).toEqual([])
  }))

test('two deployments with the same roles are named to each other, until the roles of one are dropped or renamed', () =>
  withPlainOwner({ attributes: 'CREATEROLE' }, async ({ admin, owner, placement }) => {
    const { pathname } = new URL(owner)
    const [own, otherName] = [pathname.slice(1), `${pathname.slice(1)}_other`]
    await migrate(owner, placement)
    const comment = `SELECT shobj_description('${placement.rolePrefix}worker'::regrole, 'pg_authid') AS said`
    expect(await sql(owner, comment)).toEqual([{ said: `Sluice, database ${own}, schema sluice` }])

    const second = await migrate(owner, { ...placement, schema: 'second' })
    expect(second.notes).toEqual([expect.stringMatching(/ are also those of the schema sluice, .* Set ROLE_PREFIX /)])
    await sql(owner, 'DROP SCHEMA second CASCADE')

    await sql(admin, `CREATE DATABASE ${otherName}`)
    try {
      const other = Object.assign(new URL(admin), { pathname: `/${otherName}` }).href
      const third = await migrate(other, placement)
      expect(third.notes).toEqual([expect.stringContaining(`are also those of the database ${own}, `)])
      const first = await migrate(owner, placement)
      expect(first.notes).toEqual([expect.stringContaining(`are also those of the database ${otherName}, `)])
      expect(await sql(owner, comment)).toEqual([{ said: `Sluice, database ${own}, schema sluice` }])
      const renamed = { ...placement, rolePrefix: `${placement.rolePrefix}third_` }
      await migrate(other, renamed)
      const roles = ['ingest', 'worker', 'board', 'host'].map((name) => placement.rolePrefix + name).join(', ')
      await sql(other, `DROP OWNED BY ${roles}`)
      for (const [url, where] of [
        [other, renamed],
        [owner, placement],
      ] as const)
        expect(await migrate(url, where)).toMatchObject({ notes: [] })
    } finally {
      await sql(admin, `DROP DATABASE ${otherName} WITH (FORCE)`)
    }
  }))

test('roles that an administrator made, and this login may not comment on, are named to the next deployment all the same', () =>
  withPlainOwner({}, async ({ admin, owner, placement }) => {
    for (const role of ['ingest', 'worker', 'board', 'host'])
      await sql(admin, `CREATE ROLE ${placement.rolePrefix}${role} LOGIN`)
    expect(await migrate(owner, placement)).toMatchObject({ notes: [] })
    const { notes } = await migrate(owner, { ...placement, schema: 'second' })
    expect(notes).toEqual([expect.stringContaining('are also those of the schema sluice, ')])
  }))

test('a migration that fails shows the words of Postgres, leaves nothing behind, and is applied by the next run', () =>
  withPlainOwner({ attributes: 'CREATEROLE' }, async ({ owner, placement }) => {
    await sql(owner, 'CREATE SCHEMA sluice; CREATE TABLE sluice.invoices (id int)')
    const failed = migrate(owner, placement)
    await expect(failed).rejects.toThrow(
      /^Migration 20261121120000_billing failed.*: relation "invoices" already exists/,
    )
    const left = await sql(owner, `SELECT FROM sluice._prisma_migrations WHERE finished_at IS NULL`)
    expect(left).toEqual([])
    await sql(owner, 'DROP TABLE sluice.invoices')
    const { applied } = await migrate(owner, placement)
    expect(applied[0]).toBe('20261121120000_billing')
    expect(applied).toHaveLength(migrationNames().length - 3)
  }))

test('a migration that failed with version 0.1.0 needs no further command', () =>
  withPlainOwner({ attributes: 'CREATEROLE' }, async ({ owner, placement }) => {
    await migrate(owner, placement)
    const name = '20261128120100_rows_of_0_1_0' // it may be applied twice
    await sql(owner, `UPDATE sluice._prisma_migrations SET finished_at = NULL WHERE migration_name = '${name}'`)
    expect(await migrate(owner, placement)).toMatchObject({ applied: [name] })
    expect(await migrate(owner, placement)).toMatchObject({ applied: [] })
  }))
