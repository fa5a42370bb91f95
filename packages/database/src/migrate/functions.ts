import { functionNames } from './folder.ts'
import type { MigrateClient } from './locked.ts'

/**
 * Makes functions find their tables whatever the `search_path` of the caller is, such as the host that inserts a user.
 * Migrations cannot do so, because the schema is not named in them. A function that has a `search_path` of its own keeps
 * it, and the tables of a body that is no text are bound to it.
 *
 * @param but replaces this schema, from which the functions were moved
 */
export async function fixSearchPaths(client: MigrateClient, schema: string, but = schema): Promise<void> {
  const { rows } = await client.query(
    `SELECT p.oid::regprocedure::text AS signature FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname = $1 AND p.proname = ANY ($2) AND p.prosqlbody IS NULL AND NOT EXISTS (
        SELECT FROM unnest(p.proconfig) AS setting
        WHERE setting LIKE 'search_path=%' AND ($1 = $3 OR setting <> format('search_path=%I, pg_temp', $3::text)))`,
    [schema, functionNames(), but],
  )
  for (const { signature } of rows)
    await client.query(`ALTER FUNCTION ${signature} SET search_path = "${schema}", pg_temp`)
}
