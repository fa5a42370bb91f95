import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'
import type { Pool } from 'pg'

const ENGINE = '@prisma/schema-engine-wasm/schema_engine_bg'

let loaded: Promise<typeof import('@prisma/schema-engine-wasm')> | undefined

export interface OpenSchemaEngine {
  engine: SchemaEngine
  /** Closes its connections, which releases the migration lock. `free()` alone would keep them until they are idle. */
  close(): Promise<void>
}

/** Prisma's own migration engine, as WebAssembly: no command line, no download. */
export async function openSchemaEngine(databaseUrl: string): Promise<OpenSchemaEngine> {
  loaded ??= load()
  const bindings = await loaded
  const factory = new PrismaPg({ connectionString: databaseUrl, max: 1 })
  const adapters: Adapter[] = []
  const whole = {
    provider: 'postgres' as const,
    adapterName: factory.adapterName,
    connect: async () => {
      const adapter = withWholeScripts(await factory.connect())
      adapters.push(adapter)
      return adapter
    },
    connectToShadowDb: () => Promise.reject(new Error('applying migrations needs no shadow database')),
  }
  const engine = await bindings.SchemaEngine.new(
    { datamodels: undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(whole),
  )
  const close = async () => {
    engine.free()
    await Promise.all(adapters.map((adapter) => adapter.dispose()))
  }
  return { engine, close }
}

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>

/**
 * The adapter splits scripts at every semicolon, even inside a function body. This sends each script to Postgres as a
 * whole, which makes it one transaction.
 */
function withWholeScripts(adapter: Adapter): Adapter {
  const { client } = adapter as unknown as { client: Pool }
  adapter.executeScript = (script) => runScript(client, script)
  return adapter
}

const DEADLOCK = '40P01'
const SCRIPT_TRIES = 10

/** A running worker may lock the same tables in another order. Postgres rolls back one of the two, which tries again. */
async function runScript(client: Pool, script: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return void (await client.query(script))
    } catch (error) {
      if ((error as { code?: unknown }).code !== DEADLOCK || tries >= SCRIPT_TRIES) throw error
    }
  }
}

/** Once per process: the bindings keep one instance. */
async function load() {
  const bindings = await import(ENGINE)
  const file = join(dirname(createRequire(import.meta.url).resolve(ENGINE)), 'schema_engine_bg.wasm')
  const { instance } = await WebAssembly.instantiate(readFileSync(file), {
    './schema_engine_bg.js': withoutDelay(bindings),
  })
  bindings.__wbg_set_wasm(instance.exports)
  ;(instance.exports['__wbindgen_start'] as () => void)()
  return bindings
}

/** The engine leaves ten-second timers behind, which would delay the exit of a finished process. */
const withoutDelay = (bindings: object) =>
  Object.fromEntries(
    Object.entries(bindings).map(([name, binding]) => [name, name.startsWith('__wbg_setTimeout_') ? unrefd : binding]),
  )

const unrefd = (callback: () => void, milliseconds: number) => setTimeout(callback, milliseconds >>> 0).unref()
