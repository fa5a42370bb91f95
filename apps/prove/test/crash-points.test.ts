import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY } from '@sluice/testing'
import { FAULTS } from '../src/faults/index.ts'

test('every crash point in the code has a fault in which processes die there', () => {
  const points = sources().flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bcrashPoint\('(\w+)'\)/g)].map(([, point]) => point),
  )
  const proven = FAULTS.flatMap(({ crashPoint }) => crashPoint ?? [])

  expect(proven.toSorted()).toEqual([...new Set(points)].toSorted())
})

test.each([
  ['goes on, in production', [], 'it goes on'],
  ['ends, where crash points are armed', ['--conditions=crash-points'], ''],
])('a process that comes by a crash point %s', (_what, options, output) => {
  const script = `const { crashPoint } = await import('@sluice/runtime/crash-point')
    crashPoint('after_append'); crashPoint('after_commit'); console.log('it goes on')`
  const { stdout } = spawnSync(process.execPath, [...options, '--input-type=module', '--eval', script], {
    cwd: join(REPOSITORY, 'apps', 'worker'),
    env: { CRASH_AT: 'after_commit' },
    encoding: 'utf8',
  })
  expect(stdout.trim()).toBe(output)
})

function sources(): string[] {
  const packages = ['apps', 'packages'].flatMap((group) =>
    readdirSync(join(REPOSITORY, group)).map((name) => join(REPOSITORY, group, name, 'src')),
  )
  return packages.filter(existsSync).flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
}
