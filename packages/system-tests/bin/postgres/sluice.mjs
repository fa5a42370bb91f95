// The commands and processes of Sluice, as an operator runs them.
import { isDeepStrictEqual } from 'node:util'
import { connect } from '@sluice/database/pool'
import { GRANTED, ROLES, rightsOf } from '@sluice/database/roles'
import { entryOf, startProcess, withApps, withRedis } from '@sluice/testing'

/** Starts a command on a database. */
export const start = (command, url, placement, env = {}) =>
  startProcess(entryOf('cli'), command, { env: { DATABASE_URL: url, ...environmentOf(placement), ...env } })

/** Runs `sluice migrate`, and returns what it printed. Throws that, if it failed. */
export async function migrate(url, placement, ...options) {
  const command = start(['migrate', ...options], url, placement)
  const exitCode = await command.exited
  const output = command.output().trim()
  if (exitCode !== 0) throw new Error(output)
  return output
}

/** The address of each role, by its name. */
export async function loginsOf(server, database, { rolePrefix }) {
  const logins = {}
  for (const role of ROLES) logins[role] = await server.login(rolePrefix + role, database)
  return logins
}

/** Throws unless each role has exactly its rights, as itself. */
export async function checkRights(server, database, placement) {
  for (const [role, url] of Object.entries(await loginsOf(server, database, placement))) {
    const pool = connect(url, { max: 1, placement })
    const { rights } = await rightsOf(pool).finally(() => pool.end())
    const differing = [...rights, ...GRANTED[role]].filter((right) => !(rights.has(right) && GRANTED[role].has(right)))
    if (differing.length > 0) throw new Error(`${role} has other rights: ${differing.slice(0, 5).join(', ')}`)
  }
}

/** Runs ingest and worker at these addresses, and `sluice smoke` against them. */
export async function checkEvents(admin, logins, placement) {
  const postgres = { url: admin, roleUrl: (name) => logins[name.replace('sluice_', '')] }
  await withRedis((redis) =>
    withApps({ postgres, redis }, { env: environmentOf(placement) }, async ({ env, ingests: [ingest] }) => {
      const command = start(['smoke'], admin, placement, { ...env, INGEST_PORT: `${ingest.port}` })
      if ((await command.exited) !== 0) throw new Error(command.output())
    }),
  )
}

/** Throws unless both are the same. */
export function checkSame(what, before, after) {
  if (!isDeepStrictEqual(before, after)) throw new Error(`${what} changed: ${JSON.stringify([before, after])}`)
}

const environmentOf = ({ schema, rolePrefix }) => ({ DATABASE_SCHEMA: schema, ROLE_PREFIX: rolePrefix })
