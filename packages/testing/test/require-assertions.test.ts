import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY, withFolder } from '../src/index.ts'

const SET_UP = 'packages/testing/src/jest/require-assertions.ts'

test.each([
  ['asserts nothing', "test('nothing', () => {})", 'Expected at least one assertion'],
  [
    'loops over an empty list',
    "test('each', () => { for (const one of []) expect(one).toBe(1) })",
    'at least one assertion',
  ],
  ['has an empty table', "test.each([])('%s', (one) => expect(one).toBe(1))", 'empty Array of table data'],
  ['has no test', 'export {}', 'must contain at least one test'],
])('a test file that %s fails', (_kind, source, message) =>
  withFolder(async (folder) => {
    writeFileSync(join(folder, 'sample.test.mjs'), source)
    const { status, stderr } = runJest(folder)
    expect(stderr).toContain(message)
    expect(status).toBe(1)
  }),
)

test('a test file that asserts something passes', () =>
  withFolder(async (folder) => {
    writeFileSync(join(folder, 'sample.test.mjs'), "test('one', () => expect(1).toBe(1))")
    expect(runJest(folder).status).toBe(0)
  }))

test('every Jest project has the set-up that makes them fail', async () => {
  const { default: config } = await import(join(REPOSITORY, 'jest.config.mjs'))
  expect(config.projects.length).toBeGreaterThanOrEqual(4)
  for (const { displayName, setupFilesAfterEnv } of config.projects)
    expect([displayName, setupFilesAfterEnv]).toEqual([displayName, expect.arrayContaining([`<rootDir>/${SET_UP}`])])
})

/** Runs the tests of a folder with the set-up of every project of this repository. */
function runJest(rootDir: string) {
  const config = {
    rootDir,
    testMatch: ['**/*.test.mjs'],
    transform: { '\\.ts$': [join(REPOSITORY, 'node_modules/@swc/jest'), { module: { type: 'es6' } }] },
    extensionsToTreatAsEsm: ['.ts'],
    setupFilesAfterEnv: [join(REPOSITORY, SET_UP)],
  }
  const jest = join(REPOSITORY, 'node_modules/jest/bin/jest.js')
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
  return spawnSync(process.execPath, [...flags, jest, '--config', JSON.stringify(config)], {
    cwd: rootDir,
    encoding: 'utf8',
  })
}
