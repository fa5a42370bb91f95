import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY } from '../src/index.ts'

const PRIVILEGED = ['commit', 'dead-letters', 'inbox', 'ledger', 'migrate', 'outbox', 'reconcile', 'records', 'replay']
/** They build and empty databases of their own; nothing of them runs in production. */
const TESTS_ONLY = ['packages/testing', 'packages/system-tests', 'apps/prove', 'packages/bench']

const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8')

test('privileged doors are imported by those alone that README lets in', () => {
  const used = new Map<string, Set<string>>()
  for (const file of sources()) {
    const owner = relative(REPOSITORY, file).split('/').slice(0, 2).join('/')
    for (const door of doorsIn(file)) used.set(owner, (used.get(owner) ?? new Set()).add(door))
  }

  const seen = Object.fromEntries([...used].map(([owner, doors]) => [owner, [...doors].sort()]))
  expect(seen).toEqual(allowedByReadme())
})

test('README lists every variable that a process reads', () => {
  const read = sources()
    .filter((file) => file.endsWith('/environment.ts'))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/^ {2,4}([A-Z][A-Z_]+):/gm)].map(([, name]) => name))
  const table = section('Environment')

  expect(read.length).toBeGreaterThan(20)
  expect(read.filter((name) => !table.includes(`\`${name}\``))).toEqual([])
})

test('README names variables that something reads, and log lines that something writes', () => {
  const code = sources()
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  const quoted = [...readme.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text)
  const variables = quoted.flatMap((text) => text.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]*\b/g) ?? [])
  const logged = [...readme.matchAll(/\blog ((?:(?:, )?`[^`]+`)+)/g)]
    .flatMap(([, lines = '']) => [...lines.matchAll(/`([^`]+)`/g)])
    .map(([, line]) => line)

  expect(variables.length).toBeGreaterThan(40)
  expect(variables.filter((name) => !code.includes(name))).toEqual([])
  expect(logged.length).toBeGreaterThan(3)
  expect(logged.filter((line) => !code.includes(`'${line}'`))).toEqual([])
})

/** Rows of *Who may do what*: the one who imports, and the last column. */
function allowedByReadme(): Record<string, string[]> {
  const rows = [...section('Who may do what').matchAll(/^\| `(apps\/\w+)` +\|.*\| ([^|]*) \|$/gm)]
  return Object.fromEntries(
    rows
      .map(
        ([, owner, doors]) =>
          [owner as string, [...(doors ?? '').matchAll(/`([\w-]+)`/g)].map(([, door]) => door as string)] as const,
      )
      .filter(([, doors]) => doors.length > 0)
      .map(([owner, doors]) => [owner, [...doors].sort()]),
  )
}

const section = (title: string): string => readme.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? ''

/** Imports and re-exports, also those that are made while running; by name, or by a path into the package. */
function doorsIn(file: string): string[] {
  const imports =
    /(?:\bfrom|\bimport\s*\(?|\brequire\s*\()\s*['"](?:@sluice\/database|[^'"]*packages\/database\/src|[^'"]*\/database\/src)\/([\w-]+)/g
  return [...readFileSync(file, 'utf8').matchAll(imports)]
    .map(([, door]) => door as string)
    .filter((door) => PRIVILEGED.includes(door))
}

function sources(): string[] {
  return ['apps', 'packages'].flatMap((kind) =>
    readdirSync(join(REPOSITORY, kind))
      .map((name) => `${kind}/${name}`)
      .filter((folder) => !TESTS_ONLY.includes(folder))
      .flatMap((folder) => filesBelow(join(REPOSITORY, folder, 'src'))),
  )
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
