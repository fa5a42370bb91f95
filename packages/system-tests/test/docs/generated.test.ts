import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY, withFolder } from '@sluice/testing'

const UPDATE = join(REPOSITORY, 'packages/system-tests/bin/docs-update.mjs')

const update = (cwd: string, ...flags: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [UPDATE, ...flags], { cwd, encoding: 'utf8' })
  return { status, printed: stdout + stderr }
}

test('the parts of pages that are made from code are up to date', () => {
  expect(update(REPOSITORY, '--check')).toEqual({ status: 0, printed: 'Every generated part is up to date.\n' })
})

test('a page that differs from the code is named, and pnpm docs:update corrects it', () =>
  withFolder(async (folder) => {
    const pages = ['runtime', 'handlers', 'database', 'host'].map((name) => `packages/${name}/README.md`)
    for (const page of [
      ...pages,
      'apps/cli/README.md',
      'docker/helm/sluice/README.md',
      'packages/host/src/tables.ts',
      'packages/host/src/messages.ts',
    ]) {
      mkdirSync(dirname(join(folder, page)), { recursive: true })
      cpSync(join(REPOSITORY, page), join(folder, page))
    }
    const page = join(folder, 'packages/runtime/README.md')
    const right = readFileSync(page, 'utf8')
    writeFileSync(page, right.replace('| `WORKER_PORT` ', '| `WORKER_PROT` '))

    const found = update(folder, '--check')
    expect(found).toEqual({ status: 1, printed: expect.stringContaining('packages/runtime/README.md: environment\n') })
    expect(update(folder).status).toBe(0)
    expect(readFileSync(page, 'utf8')).toBe(right)
  }))
