import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'

const Row = z.object({ contentType: z.string(), bytes: z.coerce.number().nullable() })

/** A file that a row names: of the output of a prediction, or a document. */
export interface NamedFile {
  /** The type that it was stored with. */
  contentType: string
  /** Null if the row does not say. */
  bytes: number | null
}

/** A picture's row is found by its key without the extension of its type, which is unique. */
const FILE = `
  SELECT content_type AS "contentType", bytes FROM variants
  WHERE asset_key = ANY (ARRAY[$1, regexp_replace($1, '\\.[^./]*$', '')]) AND storage_key = $1 AND status = 'stored'
  UNION ALL SELECT 'application/pdf', NULL FROM documents WHERE storage_key = $1
  LIMIT 1`

/** The file with this name in the store; null if no row names it, as after its person was forgotten. */
export async function findStoredFile(pool: Pool, storageKey: string): Promise<NamedFile | null> {
  return (await queryRows(pool, Row, FILE, [storageKey]))[0] ?? null
}
