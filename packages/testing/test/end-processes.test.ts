import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY } from '../src/index.ts'
import { endProcesses, startProcess } from '../src/start-process.ts'

test('processes that a test leaves are killed after the last test of its file', async () => {
  const left = startProcess('-e', ['setInterval(() => {}, 1000)'], { env: {} })

  await endProcesses()

  expect(await left.exited).toBeNull()
  expect(() => process.kill(left.pid, 0)).toThrow('ESRCH')
})

test('every Jest project does so', async () => {
  const { default: config } = await import(join(REPOSITORY, 'jest.config.mjs'))
  for (const { setupFilesAfterEnv } of config.projects)
    expect(setupFilesAfterEnv).toContain('<rootDir>/packages/testing/src/jest/end-processes.ts')
})
