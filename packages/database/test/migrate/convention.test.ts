import { expect, test } from '@jest/globals'
import { migrationNames, readScript } from '../../src/migrate/folder.ts'
import { scriptFor } from '../../src/migrate/script.ts'

/** The last migration that names roles. Rights follow from src/tables.ts and src/roles.ts. */
const LAST_WITH_GRANTS = '20261128106100_host_columns'

const scripts = migrationNames().map((name) => [name, scriptFor(readScript(name), { rolePrefix: 'other_' })] as const)

test.each(scripts)('%s names no schema, and no role but by the prefix of the deployment', (_name, script) => {
  const statements = script.replace(/^\s*--.*$/gm, '')
  expect(statements).not.toMatch(/\bpublic\b/)
  expect(statements).not.toMatch(/\bsluice(\.|_(ingest|worker|board|host)\b)/)
})

test.each(scripts.filter(([name]) => name > LAST_WITH_GRANTS))('%s grants nothing', (_name, script) => {
  expect(script).not.toMatch(/^\s*(GRANT|CREATE ROLE|ALTER ROLE)\b/im)
})
