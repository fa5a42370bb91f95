import { versions } from './binaries.mjs'
import { sql, withServer } from './server.mjs'
import { SITUATIONS } from './situations.mjs'
import { migrate } from './sluice.mjs'

const TOO_OLD = { 'as superuser, in an empty database': refusesOldServer }

/** Reports what came of each situation on a server of this version, as soon as it is known. */
export const tryVersion = (major, report) =>
  withServer(major, async (server) => {
    const [{ server_version: version }] = await sql(server.admin(), 'SHOW server_version')
    const situations = Object.entries(major === versions[0] ? TOO_OLD : SITUATIONS)
    for (const [situation, work] of situations) report({ version, situation, ...(await outcomeOf(work, server)) })
  })

const outcomeOf = (work, server) =>
  work(server).then(
    (outcome) => ({ outcome }),
    (error) => ({ error }),
  )

async function refusesOldServer(server) {
  const placement = { schema: 'sluice', rolePrefix: 'sluice_' }
  const refusal = await migrate(server.admin(), placement).then(
    () => 'It was not refused.',
    ({ message }) => message,
  )
  if (!/^Sluice needs Postgres 14 or newer; this server is 13\.\d+\.$/.test(refusal)) throw new Error(refusal)
  return `is refused: ${refusal}`
}
