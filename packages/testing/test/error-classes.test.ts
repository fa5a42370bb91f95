import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY } from '../src/index.ts'

/** The benchmark ends a process with one error of its own, and logs none. */
const folders = ['apps', 'packages'].flatMap((group) =>
  readdirSync(join(REPOSITORY, group))
    .filter((name) => name !== 'bench')
    .map((name) => join(REPOSITORY, group, name, 'src'))
    .filter(existsSync),
)

const classes = folders.flatMap((folder) => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const sources = names.filter((name) => name.endsWith('.ts') && !name.startsWith('generated'))
  return sources.flatMap((name) => [
    ...readFileSync(join(folder, name), 'utf8').matchAll(/class (?<name>\w+) extends (?<base>\w*Error)\b/g),
  ])
})

/** Guarantees that one `instanceof` tells a message that is safe to log from one that may quote a body. */
test('every error class ends in Error and is of the family of SluiceError', () => {
  const family = classes.map(({ groups }) => groups?.['name'])
  expect(family).toContain('EventError')
  expect(family.filter((name) => !name?.endsWith('Error'))).toEqual([])
  const outsiders = classes.filter(({ groups }) => groups?.['base'] === 'Error').map(({ groups }) => groups?.['name'])
  expect(outsiders).toEqual(['SluiceError', 'VerificationError']) // the second is of `packages/host`, which has no part of Sluice
})
