import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'
import type { Pool } from 'pg'

const ENGINE = '@prisma/schema-engine-wasm/schema_engine_bg'

let loaded: Promise<typeof import('@prisma/schema-engine-wasm')> | undefined

/** Prisma's own migration engine, as WebAssembly: no command line, no download. Call `free()` when done. */
export async function openSchemaEngine(databaseUrl: string): Promise<SchemaEngine> {
  loaded ??= load()
  const bindings = await loaded
  const factory = new PrismaPg({ connectionString: databaseUrl, max: 1 })
  const whole = {
    provider: 'postgres' as const,
    adapterName: factory.adapterName,
    connect: async () => withWholeScripts(await factory.connect()),
    connectToShadowDb: () => Promise.reject(new Error('applying migrations needs no shadow database')),
  }
  return bindings.SchemaEngine.new({ datamodels: undefined }, () => {}, bindMigrationAwareSqlAdapterFactory(whole))
}

/** The adapter cuts a script at every semicolon, also inside a function's body: Postgres takes it whole. */
function withWholeScripts(adapter: Awaited<ReturnType<PrismaPg['connect']>>): typeof adapter {
  const { client } = adapter as unknown as { client: Pool }
  adapter.executeScript = async (script) => {
    await client.query(script)
  }
  return adapter
}

/** Once per process: the bindings keep one instance. */
async function load() {
  const bindings = await import(ENGINE)
  const file = join(dirname(createRequire(import.meta.url).resolve(ENGINE)), 'schema_engine_bg.wasm')
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': bindings })
  bindings.__wbg_set_wasm(instance.exports)
  ;(instance.exports['__wbindgen_start'] as () => void)()
  return bindings
}
