import type pg from 'pg'

/** Catalogs whose rows say what a database has, each with a condition that leaves out those of Postgres itself. */
const CATALOGS = {
  pg_class: 'oid >= 16384',
  pg_attribute: 'attrelid >= 16384',
  pg_attrdef: 'true',
  pg_constraint: 'oid >= 16384',
  pg_index: 'indexrelid >= 16384',
  pg_trigger: 'true',
  pg_rewrite: 'oid >= 16384',
  pg_policy: 'true',
  pg_sequence: 'true',
  pg_proc: 'oid >= 16384',
  pg_type: 'oid >= 16384',
  pg_enum: 'true',
  pg_namespace: 'true',
  pg_extension: 'true',
  pg_default_acl: 'true',
  pg_description: 'objoid >= 16384',
  pg_event_trigger: 'true',
  pg_publication: 'true',
  pg_statistic_ext: 'true',
  pg_db_role_setting: 'setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())',
  'sluice._prisma_migrations': 'true',
}

/** The sizes that queries are planned by: ANALYZE and VACUUM write them in place. Those of the applied migrations change by themselves. */
const PLANNING = `SELECT sum(relpages) || ':' || sum(reltuples) FROM pg_class
  WHERE oid >= 16384 AND relkind = 'r' AND relname <> '_prisma_migrations'`

/**
 * Changes when anything but rows changes: tables, rights, functions, triggers, settings, sizes to plan by. A change writes rows
 * of these catalogs anew, in a transaction of its own, so that their number or the sum of `xmin` becomes another one. A
 * database that is cloned has the rows of its template.
 */
export async function describeSchema(client: pg.Client): Promise<string> {
  const counts = Object.entries(CATALOGS).map(
    ([catalog, condition]) => `SELECT count(*) || ':' || sum(xmin::text::bigint) FROM ${catalog} WHERE ${condition}`,
  )
  counts.push(PLANNING)
  const { rows } = await client.query({ text: counts.join(' UNION ALL '), rowMode: 'array' })
  return rows.flat().join(' ')
}
