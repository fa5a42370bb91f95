import type { Placement } from '../sql/placement.ts'

/** The migrations of 0.1.0 name `public`, which belongs to the whole database: there is nothing of it to change. */
const ABOUT_PUBLIC = /^(CREATE SCHEMA IF NOT EXISTS "public"|REVOKE CREATE ON SCHEMA public FROM PUBLIC);$/gm

/** `migrate` makes the roles before, which this login may not be allowed to. */
const CREATE_ROLE = /EXECUTE format\('CREATE ROLE %I LOGIN', wanted\);/

const ROLE = /\bsluice_(?=(?:ingest|worker|board)\b)/g

/**
 * The statements of a migration for one deployment. The files stay as they were released, since their checksums are
 * recorded where they are applied. All names in them are unqualified but these.
 */
export const scriptFor = (script: string, { rolePrefix }: Pick<Placement, 'rolePrefix'>): string =>
  script.replace(ABOUT_PUBLIC, '').replace(CREATE_ROLE, 'NULL;').replace(ROLE, rolePrefix)
