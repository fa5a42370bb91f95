/** A Pool or Client of `pg`, or anything else with its `query`. */
export interface QueryDatabase {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>
}

/** A Prisma client. */
export interface PrismaDatabase {
  $queryRawUnsafe(text: string, ...values: unknown[]): PromiseLike<unknown>
}

export type Database = QueryDatabase | PrismaDatabase

export interface CanOptions {
  /** Where the tables of Sluice are: its `DATABASE_SCHEMA`. Default: `sluice`. */
  schema?: string
}

/**
 * Whether the user has this feature now: by an active entitlement of Stripe, or by the `features` of a product that a
 * subscription of theirs gives. False for an unknown user or feature.
 *
 * @throws the error of the database, if it cannot be asked.
 */
export async function can(
  db: Database,
  user: string,
  feature: string,
  { schema = 'sluice' }: CanOptions = {},
): Promise<boolean> {
  const text = `SELECT ${quoted(schema)}.sluice_can($1::text, $2::text) AS can`
  const rows = await ask(db, text, [user, feature])
  return (rows as { can: boolean | null }[])[0]?.can === true
}

async function ask(db: Database, text: string, values: string[]): Promise<unknown> {
  if ('$queryRawUnsafe' in db) return db.$queryRawUnsafe(text, ...values)
  return (await db.query(text, values)).rows
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
