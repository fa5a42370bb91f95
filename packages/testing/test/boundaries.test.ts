import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY } from '../src/index.ts'

/** They build and empty databases of their own; nothing of them runs in production. */
const TESTS_ONLY = ['packages/testing', 'packages/system-tests', 'apps/prove', 'packages/bench']

const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8')

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

const section = (title: string): string => readme.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? ''

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
