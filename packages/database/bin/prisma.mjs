#!/usr/bin/env node
// Runs Prisma's CLI with the schema engine from the registry (WebAssembly), so that no command downloads anything:
//   node packages/database/bin/prisma.mjs migrate deploy
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../../..')
const manifest = createRequire(import.meta.url).resolve('prisma/package.json')

const { status } = spawnSync(
  process.execPath,
  [
    join(dirname(manifest), 'build/index.js'),
    ...process.argv.slice(2),
    '--config',
    join(root, 'prisma/prisma.config.ts'),
  ],
  {
    stdio: 'inherit',
    cwd: root,
    env: {
      ...process.env,
      CHECKPOINT_DISABLE: '1',
      PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? join(here, 'schema-engine.mjs'),
    },
  },
)
process.exit(status ?? 1)
