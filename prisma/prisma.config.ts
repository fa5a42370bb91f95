import { defineConfig } from 'prisma/config'

export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'migrations', seed: 'node ../apps/cli/dist/main.js seed' },
  datasource: { url: process.env['DATABASE_URL'] ?? '' },
})
