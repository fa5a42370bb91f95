import { expect, test } from '@jest/globals'
import { type Role, withOwnPostgres, withPostgres } from '@sluice/testing'
import pg from 'pg'
import { jsonOf, sluice } from './sluice.ts'

test('migrate brings an empty database up, and has nothing to do the second time', () =>
  withOwnPostgres(async ({ url }) => {
    const env = { DATABASE_URL: url, DATABASE_SCHEMA: 'other', ROLE_PREFIX: 'other_' }

    const [{ applied }] = jsonOf(await sluice(['migrate', '--json'], env))
    expect(applied.length).toBeGreaterThan(0)

    const again = await sluice(['migrate'], env)
    expect(again).toEqual({ exitCode: 0, output: 'Nothing to do: every migration is applied.\n' })
  }))

test('migrate says of each pending migration, before it is applied, whether old processes go on working', () =>
  withPostgres(async ({ url }) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const name = '20261128120100_rows_of_0_1_0' // it may be applied twice
    await client.query('DELETE FROM _prisma_migrations WHERE migration_name = $1', [name]).finally(() => client.end())
    const { output } = await sluice(['migrate'], { DATABASE_URL: url })
    expect(output).toMatch(new RegExp(`^${name}: old code: works\\. .*\nApplied ${name}\\.\n`))
  }))

test('migrate gives each role the password of its own address, and never sends it', () =>
  withOwnPostgres(async ({ url, roleUrl }) => {
    const withPassword = (role: Role) => Object.assign(new URL(roleUrl(role)), { password: `of-${role}-%3F` }).href
    const env = {
      DATABASE_URL: url,
      INGEST_DATABASE_URL: withPassword('sluice_ingest'),
      WORKER_DATABASE_URL: withPassword('sluice_worker'),
      BOARD_DATABASE_URL: withPassword('sluice_board'),
    }
    const host = withPassword('sluice_host')
    const [{ passwords }] = jsonOf(await sluice(['migrate', '--role-passwords', '--json'], env))
    expect(passwords).toEqual(['sluice_ingest', 'sluice_worker', 'sluice_board'])
    expect(await canLogIn(host)).toBe(false)
    const { output } = await sluice(['migrate', '--role-passwords'], { ...env, HOST_DATABASE_URL: host })
    expect(output).toContain('sluice_board, sluice_host.\n')

    for (const address of [env.WORKER_DATABASE_URL, host]) expect(await canLogIn(address)).toBe(true)
    expect(await canLogIn(env.INGEST_DATABASE_URL.replace('of-sluice_ingest', 'of-sluice_board'))).toBe(false)

    const intruder = { ...env, DATABASE_SCHEMA: 'second', WORKER_DATABASE_URL: roleUrl('sluice_worker') }
    expect(await sluice(['migrate', '--role-passwords'], intruder)).toEqual({
      exitCode: 1,
      output: expect.stringMatching(
        /The roles sluice_… belong to the schema sluice, .* Set ROLE_PREFIX .* No password was changed\.\n$/,
      ),
    })
    expect(await canLogIn(env.WORKER_DATABASE_URL)).toBe(true)
    expect(await canLogIn(intruder.WORKER_DATABASE_URL)).toBe(false)
  }))

test('migrate says which address is without the role or its password', () =>
  withPostgres(async ({ url, roleUrl }) => {
    const addresses = { DATABASE_URL: url, WORKER_DATABASE_URL: url, BOARD_DATABASE_URL: url }
    const missing = await sluice(['migrate', '--role-passwords'], addresses)
    expect(missing).toEqual({ exitCode: 1, output: expect.stringContaining('INGEST_DATABASE_URL is not set') })

    const noPassword = Object.assign(new URL(roleUrl('sluice_ingest')), { password: '' }).href
    const env = { ...addresses, INGEST_DATABASE_URL: noPassword }
    const without = await sluice(['migrate', '--role-passwords'], env)
    const says = 'INGEST_DATABASE_URL must be postgres://sluice_ingest:PASSWORD@'
    expect(without).toEqual({ exitCode: 1, output: expect.stringContaining(says) })
  }))

async function canLogIn(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}
