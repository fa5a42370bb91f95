import { expect, test } from '@jest/globals'
import pg from 'pg'
import { atDatabase, withClient } from '../src/cluster.ts'
import { returnDatabase, type TestServer, takeDatabase } from '../src/databases.ts'
import { withFolder } from '../src/with-folder.ts'

const RUN = JSON.parse(process.env['SLUICE_TEST_POSTGRES'] ?? '{}') as TestServer

/** The server of the run, with databases that no other test file takes. */
const withServer = (
  use: (server: TestServer, sql: (database: string, text: string) => Promise<unknown[]>) => Promise<void>,
) =>
  withFolder((free) =>
    use({ ...RUN, free }, (database, text) =>
      withClient(atDatabase(RUN.url, database), async (client) => (await client.query(text)).rows),
    ),
  )

test('a database that is given back is the next one, without its rows, and counts from one again', () =>
  withServer(async (server, sql) => {
    const name = await takeDatabase(server)
    await sql(name, `INSERT INTO users (id) VALUES ('user_1'), ('user_2')`)
    expect(await sql(name, 'SELECT id FROM user_changes')).toHaveLength(2)
    await returnDatabase(server, name)
    expect(await takeDatabase(server)).toBe(name)
    expect(await sql(name, 'SELECT FROM users UNION ALL SELECT FROM user_changes')).toEqual([])
    await sql(name, `INSERT INTO users (id) VALUES ('user_3')`)
    expect(await sql(name, 'SELECT id FROM user_changes')).toEqual([{ id: '1' }])
    await returnDatabase(server, name)
  }))

test('sessions that a test left open end, and their transactions are not committed', () =>
  withServer(async (server, sql) => {
    const name = await takeDatabase(server)
    const client = new pg.Client({ connectionString: atDatabase(server.url, name) })
    client.on('error', () => {})
    await client.connect()
    await client.query(`BEGIN; INSERT INTO users (id) VALUES ('user_1')`)
    await returnDatabase(server, name)
    await expect(client.query('COMMIT')).rejects.toThrow()
    await client.end().catch(() => {})
    expect(await takeDatabase(server)).toBe(name)
    expect(await sql(name, 'SELECT FROM users')).toEqual([])
    await returnDatabase(server, name)
  }))

test('nobody else gets a database that is in use', () =>
  withServer(async (server) => {
    const name = await takeDatabase(server)
    await returnDatabase(server, name)
    const names = await Promise.all([takeDatabase(server), takeDatabase(server)])
    expect(names).toContain(name)
    expect(new Set(names).size).toBe(2)
    await Promise.all(names.map((each) => returnDatabase(server, each)))
  }))

test.each([
  'CREATE TABLE left_behind ()',
  'ALTER TABLE users ADD COLUMN left_behind text',
  'ALTER TABLE users DISABLE TRIGGER USER',
  'ALTER TABLE users DROP CONSTRAINT users_pkey',
  'ALTER SEQUENCE user_changes_id_seq INCREMENT 2',
  'DROP INDEX user_changes_due_at_idx',
  'GRANT DELETE ON users TO sluice_board',
  `COMMENT ON TABLE users IS 'left behind'`,
  'CREATE SCHEMA left_behind',
  'DROP SCHEMA sluice CASCADE',
  'CREATE FUNCTION left_behind() RETURNS int LANGUAGE sql RETURN 1',
  `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET jit = off', current_database()); END $$`,
  `INSERT INTO users (id) VALUES ('user_1'); ANALYZE users`,
  'DELETE FROM _prisma_migrations',
  `INSERT INTO users (id) SELECT 'user_' || n FROM generate_series(1, 30000) AS n`,
])('a database is deleted after %s', (statement) =>
  withServer(async (server, sql) => {
    const name = await takeDatabase(server)
    await sql(name, statement)
    await returnDatabase(server, name)
    await expect(sql(name, 'SELECT')).rejects.toThrow('does not exist')
  }),
)
