import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import { ERASED_TABLES } from '../src/forget/forget.ts'
import { listsOf, nobody } from '../src/forget/person.ts'
import { PERSONAL_PROPERTIES } from '../src/merges/without-person.ts'
import { CLEANED, PERSONAL } from '../src/personal.ts'
import { TABLES } from '../src/tables.ts'
import { sql } from './sql.ts'

const columnsOf = (url: string) =>
  sql<{ table: string; columns: string[] }>(
    url,
    `SELECT table_name AS table, array_agg(column_name::text ORDER BY 1) AS columns FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name <> '_prisma_migrations' GROUP BY 1 ORDER BY 1`,
  )

test('packages/database/src/personal.ts says of every column of every table whether it holds something of a person', () =>
  withPostgres(async ({ url }) => {
    const declared = Object.entries(PERSONAL).map(([table, { erased = {}, kept = '' }]) => ({
      table,
      columns: [...Object.keys(erased), ...kept.split(/\s+/).filter(Boolean)].sort(),
    }))
    const present = await columnsOf(url)
    expect(declared.sort((a, b) => (a.table < b.table ? -1 : 1))).toEqual(
      present.map(({ table, columns }) => ({ table, columns: columns.sort() })),
    )
    expect(Object.keys(PERSONAL).sort()).toEqual(Object.keys(TABLES).sort())
  }))

test('every table with something personal is erased, in an order that is named', () => {
  const personal = Object.keys(PERSONAL).filter((table) => PERSONAL[table]?.isOpen || PERSONAL[table]?.deletedIf)
  expect([...ERASED_TABLES].sort()).toEqual(personal.sort())
  const unopened = Object.entries(PERSONAL).filter(
    ([, { erased, isOpen }]) => (erased === undefined) !== (isOpen === undefined),
  )
  expect(unopened.map(([table]) => table)).toEqual([])
})

test('registers are cleaned where a merge has personal properties, and nowhere else', () => {
  const cleaned = Object.keys(PERSONAL).filter((table) => PERSONAL[table]?.erased?.['registers'] === CLEANED)
  expect(cleaned.sort()).toEqual(Object.keys(PERSONAL_PROPERTIES).sort())
})

test('every list that a condition names exists', () => {
  const lists = listsOf(nobody())
  const named = Object.values(PERSONAL).flatMap(({ foundBy }) => [...(foundBy ?? '').matchAll(/(?<!:):([a-zA-Z]+)/g)])
  expect(new Set(named.map(([, name = '']) => name in lists))).toEqual(new Set([true]))
})
