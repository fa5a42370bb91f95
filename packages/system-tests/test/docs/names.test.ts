import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { REPOSITORY } from '@sluice/testing'
import { textOf } from '../support/deploy/files.ts'
import { linesOfCode, quotedIn } from './markdown.ts'
import { PAGES, PARTS } from './pages.ts'

/** They build and empty databases of their own; nothing of them runs in production. */
const TESTS_ONLY = ['packages/testing', 'packages/system-tests', 'apps/prove', 'packages/bench']

const sourcesOf = (part: string): string[] =>
  ['src', 'bin']
    .map((folder) => join(part, folder))
    .filter((folder) => existsSync(join(REPOSITORY, folder)))
    .flatMap((folder) =>
      readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
    )
    .filter((path) => /\.m?[tj]s$/.test(path))

const production = PARTS.filter((part) => !TESTS_ONLY.includes(part)).flatMap(sourcesOf)
const code = PARTS.flatMap(sourcesOf).map(textOf).join('\n')
const FUZZING = 'packages/system-tests/test/fuzz/fuzz.slow.test.ts'
const deployment = ['docker/compose.yml', 'docker/make-env.sh', 'docker/Dockerfile', '.dependency-cruiser.mjs', FUZZING]
  .map(textOf)
  .join('\n')
/** Variables of the AWS SDK, which reads them itself, and commands of Redis. */
const OF_OTHERS = ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']

test('the table of variables lists every variable that a process reads', () => {
  const read = production
    .filter((path) => path.endsWith('/environment.ts'))
    .flatMap((path) => [...textOf(path).matchAll(/^ {2,4}([A-Z][A-Z_]+):/gm)].map(([, name]) => name))
  const [, table = ''] = textOf('packages/runtime/README.md').split('\n## Environment\n')

  expect(read.length).toBeGreaterThan(20)
  expect(read.filter((name) => !table.includes(`\`${name}\``))).toEqual([])
})

describe.each(PAGES.map(({ path, text }) => [path, text] as const))('%s', (_path, text) => {
  test('names variables that something reads', () => {
    expect(strangeVariablesIn(text)).toEqual([])
  })

  test('quotes log lines that something writes', () => {
    expect(loggedIn(text).filter((line) => !code.includes(`'${line}'`))).toEqual([])
  })
})

test('finds what nothing reads or writes', () => {
  expect(strangeVariablesIn('`LOG_LEVLE=info` and `LOG_LEVEL`\n\n    export NO_SUCH_ONE=1\n')).toEqual([
    'NO_SUCH_ONE',
    'LOG_LEVLE',
  ])
  expect(loggedIn('**Failed**: log `Webhook failed`, `Webhook lost`')).toEqual(['Webhook failed', 'Webhook lost'])
  expect(PAGES.flatMap(({ text }) => loggedIn(text)).length).toBeGreaterThan(3)
})

function strangeVariablesIn(text: string): string[] {
  const assigned = linesOfCode(text).flatMap((line) => line.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]*(?==)/g) ?? [])
  const quoted = quotedIn(text).flatMap((one) => one.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]*\b/g) ?? [])
  return [...assigned, ...quoted].filter(
    (name) => !OF_OTHERS.includes(name) && !code.includes(name) && !deployment.includes(name),
  )
}

/** Lines named after the word log: `log` `Webhook failed`, `Webhook lost`. */
const loggedIn = (text: string): string[] =>
  [...text.matchAll(/\blog ((?:(?:, )?`[^`]+`)+)/g)]
    .flatMap(([, lines = '']) => [...lines.matchAll(/`([^`]+)`/g)])
    .map(([, line = '']) => line)
