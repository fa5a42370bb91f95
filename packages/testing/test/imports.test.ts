import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY, withFolder } from '../src/index.ts'

const PRIVILEGED = [
  ...[
    'commit',
    'dead-letters',
    'forget',
    'import',
    'inbox',
    'ledger',
    'migrate',
    'outbox',
    'reconcile',
    'records',
    'replay',
  ],
]

const CONFIG = join(REPOSITORY, '.dependency-cruiser.mjs')

const { BOUNDARIES } = (await import(CONFIG)) as { BOUNDARIES: Record<string, { imports: string[] }> }
const rows = Object.entries(BOUNDARIES)

/** One file each, with the rule that must refuse it. */
const FORBIDDEN: Array<[path: string, code: string, rule: string]> = [
  ['packages/events/src/a.ts', "import '@sluice/database/pool'", 'packages/events'],
  ['packages/handlers/src/a.ts', "import '@sluice/providers'", 'packages/handlers'],
  ['packages/handlers/src/b.ts', "import 'ioredis'", 'ioredis'],
  ['packages/handlers/src/c.ts', "import 'node:fs'", 'pure'],
  ['packages/providers/src/a.ts', "import '@sluice/handlers'", 'packages/providers'],
  ['packages/database/src/a.ts', "import '@sluice/handlers'", 'packages/database'],
  ['packages/runtime/src/a.ts', "import '@sluice/queue'", 'packages/runtime'],
  ['packages/unlisted/src/a.ts', "import '@sluice/events'", 'unlisted'],
  ['apps/ingest/src/a.ts', "import '@sluice/database/commit'", 'apps/ingest'],
  ['apps/ingest/src/b.ts', "import '@sluice/handlers'", 'apps/ingest'],
  ['apps/ingest/src/c.ts', "import '@sluice/providers/stripe/api'", 'apps/ingest'],
  ['apps/ingest/src/d.ts', "import 'bullmq'", 'bullmq'],
  ['apps/ingest/src/e.ts', "import 'pg'", 'pg'],
  ['apps/ingest/src/f.ts', "export const commit = () => import('@sluice/database/commit')", 'apps/ingest'],
  ['apps/ingest/src/g.ts', "export * from '../../../packages/database/src/commit/index.ts'", 'apps/ingest'],
  ['apps/ingest/src/h.ts', "import type { Pool } from '@sluice/database/commit'", 'apps/ingest'],
  ['apps/board/src/a.ts', "import '@sluice/database/commit'", 'apps/board'],
  ['apps/board/src/b.ts', "import '../../../packages/database/src/generated/client.ts'", 'apps/board'],
  ['apps/cli/src/a.ts', "import '@sluice/database/commit'", 'apps/cli'],
  ['apps/cli/src/b.ts', "import '@sluice/worker'", 'apps/cli'],
  ['apps/cli/src/c.ts', "import '@sluice/handlers'", 'previews'],
  ['apps/worker/src/a.ts', "import '@sluice/database/migrate'", 'apps/worker'],
  ['apps/worker/src/b.ts', "import './b.ts'", 'cycles'],
  ['apps/worker/src/d.ts', "import './missing.ts'", 'resolvable'],
  ['apps/worker/test/a.ts', "import '@sluice/ingest'", 'tests'],
]

/** One file each that no rule may refuse. */
const ALLOWED: Array<[path: string, code: string]> = [
  ['apps/ingest/src/z.ts', "import '@sluice/database/append'"],
  ['apps/worker/src/z.ts', "import '@sluice/database/commit'"],
  ['apps/worker/test/z.ts', "import '@sluice/database/migrate'"],
  ['apps/cli/src/lib/replay/z.ts', "import '@sluice/handlers'"],
  ['packages/queue/src/z.ts', "import 'bullmq'"],
]

test('every forbidden import is refused by its rule, and no other import is', () =>
  withFolder(async (root) => {
    await copyDoors(root)
    for (const [path, code] of [...FORBIDDEN, ...ALLOWED]) await write(root, path, code)

    const refused = await cruise(root)

    expect(refused.sort()).toEqual(FORBIDDEN.map(([path, , rule]) => `${rule}: ${path}`).sort())
  }))

test('a package imports only packages above it', () => {
  const order = rows.map(([folder]) => folder.replace(/^(apps|packages)/, '@sluice'))
  const upward = rows.flatMap(([folder, { imports }], row) =>
    imports
      .filter((door) => !order.slice(0, row).some((above) => `${door}/`.startsWith(`${above}/`)))
      .map((door) => `${folder} → ${door}`),
  )
  expect(upward).toEqual([])
})

test('docker/README.md names the privileged doors of each app', async () => {
  const readme = await readFile(join(REPOSITORY, 'docker/README.md'), 'utf8')
  const stated = Object.fromEntries(
    [...readme.matchAll(/^\| `(apps\/\w+)` +\|.*\| ([^|]*) \|$/gm)].map(([, app, doors = '']) => [
      app,
      [...doors.matchAll(/`([\w-]+)`/g)].map(([, door]) => door),
    ]),
  )
  const allowed = Object.fromEntries(
    rows
      .filter(([folder]) => folder in stated)
      .map(([folder, { imports }]) => [
        folder,
        PRIVILEGED.filter((door) => imports.includes(`@sluice/database/${door}`)),
      ]),
  )
  expect(Object.keys(stated).length).toBeGreaterThan(3)
  expect(stated).toEqual(allowed)
})

/** A repository with an empty file behind every door, and empty libraries. */
async function copyDoors(root: string): Promise<void> {
  for (const [folder] of rows) {
    const manifest = await readFile(join(REPOSITORY, folder, 'package.json'), 'utf8')
    const { name, exports } = JSON.parse(manifest) as { name: string; exports: Record<string, { source?: string }> }
    await write(root, join(folder, 'package.json'), manifest)
    for (const { source } of Object.values(exports)) if (source) await write(root, join(folder, source), 'export {}')
    await mkdir(join(root, 'node_modules/@sluice'), { recursive: true })
    await symlink(join(root, folder), join(root, 'node_modules', name))
  }
  await write(root, 'packages/database/src/generated/client.ts', 'export {}')
  for (const library of ['pg', 'bullmq', 'ioredis']) {
    await write(root, `node_modules/${library}/package.json`, JSON.stringify({ name: library, main: 'index.js' }))
    await write(root, `node_modules/${library}/index.js`, '')
  }
}

async function write(root: string, path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), content)
}

/** The refused imports, as `rule: file`. */
function cruise(root: string): Promise<string[]> {
  const bin = join(REPOSITORY, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const args = [bin, 'apps', 'packages', '--config', CONFIG, '--output-type', 'json']
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 }, (_exit, stdout, stderr) => {
      if (stderr) return reject(new Error(stderr))
      const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[] } }
      resolve(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`))
    })
  })
}

interface Violation {
  from: string
  rule: { name: string }
}
