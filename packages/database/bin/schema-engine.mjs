#!/usr/bin/env node
// Drop-in for Prisma's native `schema-engine` binary, for machines that cannot download it:
//   PRISMA_SCHEMA_ENGINE_BINARY=<this file> prisma migrate deploy
// Same engine, compiled to WebAssembly (@prisma/schema-engine-wasm, version pinned to
// @prisma/engines-version of the installed `prisma`), driven over the same stdio JSON-RPC.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

const OID_CHAR = 18
const OID_TEXT = 25

const glue = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
const wasm = new WebAssembly.Module(readFileSync(path.join(path.dirname(glue), 'schema_engine_bg.wasm')))
const instance = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': bindings })
bindings.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start()

const { values: opt, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    datamodels: { type: 'string', multiple: true },
    datasource: { type: 'string' },
    'enabled-preview-features': { type: 'string' },
    'extension-types': { type: 'string' },
    version: { type: 'boolean' },
  },
})
const datasource = opt.datasource ? JSON.parse(opt.datasource) : {}

const log = (level, message, extra = {}) =>
  process.stderr.write(`${JSON.stringify({ level, target: 'schema_engine::logger', fields: { message, ...extra } })}\n`)
const ident = (name) => `"${name.replaceAll('"', '""')}"`

function parseUrl(raw) {
  const url = new URL(raw)
  const schema = url.searchParams.get('schema') ?? undefined
  url.searchParams.delete('schema')
  return { url, schema, database: decodeURIComponent(url.pathname.slice(1)) || 'postgres' }
}
const onDatabase = (raw, database) => {
  const { url } = parseUrl(raw)
  url.pathname = `/${encodeURIComponent(database)}`
  return url.toString()
}
async function withClient(connectionString, fn) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return await fn(client)
  } finally {
    await client.end()
  }
}
function userFacing(error, raw) {
  const { url, database } = parseUrl(raw)
  if (error.code === '3D000') return { error_code: 'P1003', message: `Database \`${database}\` does not exist` }
  if (error.code === '28P01' || error.code === '28000')
    return {
      error_code: 'P1000',
      message: `Authentication failed against the database server for user \`${url.username}\``,
    }
  if (['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT'].includes(error.code))
    return { error_code: 'P1001', message: `Can't reach database server at \`${url.hostname}:${url.port || 5432}\`` }
  return { message: error.message }
}
async function createDatabase(raw) {
  const { database } = parseUrl(raw)
  await withClient(onDatabase(raw, 'postgres'), (c) => c.query(`CREATE DATABASE ${ident(database)}`)).catch((e) => {
    if (e.code !== '42P04' && e.code !== '23505') throw e // created by somebody else meanwhile
  })
  return database
}

// adapter-pg cannot map the catalog type "char", which the engine's describer selects
// (pg_constraint.confdeltype): fetch it as text, then label the column as Character.
function describable(adapter) {
  const performIO = adapter.performIO.bind(adapter)
  adapter.performIO = async (query) => {
    const result = await performIO(query)
    result.charColumns = []
    result.fields?.forEach((field, i) => {
      if (field.dataTypeID !== OID_CHAR) return
      field.dataTypeID = OID_TEXT
      result.charColumns.push(i)
    })
    adapter.lastCharColumns = result.charColumns
    return result
  }
  // The adapter cuts a script at every semicolon, also inside a function's body: Postgres takes it whole.
  adapter.executeScript = async (script) => {
    await adapter.client.query(script).catch((error) => adapter.onError(error))
  }
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query)
    for (const i of adapter.lastCharColumns) result.columnTypes[i] = ColumnTypeEnum.Character
    return result
  }
  return adapter
}
function adapterFactory() {
  const { url, schema } = parseUrl(datasource.url)
  // like the native engine: unqualified names in migration.sql resolve to the URL's ?schema=
  const session = schema ? { options: `-c search_path=${ident(schema)}` } : {}
  const factory = new PrismaPg({ connectionString: url.toString(), ...session }, { schema })
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => describable(await factory.connect()),
    // Never factory.connectToShadowDb(): pg lets a connectionString win over `database`, so its
    // "shadow" pool would be the MAIN database.
    connectToShadowDb: async () => {
      const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`
      const main = url.toString()
      await withClient(main, (c) => c.query(`CREATE DATABASE ${ident(name)}`))
      const adapter = describable(
        await new PrismaPg({ connectionString: onDatabase(main, name), ...session }, { schema }).connect(),
      )
      const dispose = adapter.dispose.bind(adapter)
      adapter.dispose = async () => {
        await dispose()
        await withClient(main, (c) => c.query(`DROP DATABASE IF EXISTS ${ident(name)} WITH (FORCE)`))
      }
      return adapter
    },
  }
}
// `diff` between two schema files needs no database, yet the engine opens a connection first.
const offlineFactory = {
  provider: 'postgres',
  adapterName: 'offline',
  connect: async () => ({
    provider: 'postgres',
    adapterName: 'offline',
    // its only query: does the schema exist, version(), server_version_num
    queryRaw: async () => ({
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
      rows: [[true, 'PostgreSQL 15.0', 150000]],
    }),
    executeRaw: async () => 0,
    executeScript: async () => {},
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: async () => {},
  }),
}
let engine
function getEngine(offline) {
  engine ??= bindings.SchemaEngine.new(
    { datamodels: opt.datamodels?.map((file) => [file, readFileSync(file, 'utf8')]) },
    (line) => process.env.DEBUG && log('INFO', String(line)),
    bindMigrationAwareSqlAdapterFactory(offline ? offlineFactory : adapterFactory()),
  )
  return engine
}

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const printed = new Map()
const print = (content) =>
  new Promise((resolve) => {
    const id = `print-${printed.size + 1}`
    printed.set(id, resolve)
    send({ id, method: 'print', params: { content } })
  })
const schemaOnly = ({ tag }) => tag === 'empty' || tag === 'schemaDatamodel'

async function call(method, params) {
  switch (method) {
    case 'createDatabase':
      return { databaseName: await createDatabase(params?.datasource?.url ?? datasource.url) }
    case 'getDatabaseVersion':
      return (await getEngine()).version(params ?? null)
    case 'diff': {
      const e = await getEngine(schemaOnly(params.from) && schemaOnly(params.to))
      const { stdout, ...rest } = await e.diff(params)
      if (stdout) await print(stdout.replace(/\n$/, ''))
      return { ...rest, stdout: null }
    }
    default:
      return (await (await getEngine())[method](params)) ?? {}
  }
}

async function cli(command) {
  process.stderr.write('schema-engine (wasm)\n') // the CLI drops the first line
  if (command === 'can-connect-to-database')
    await withClient(parseUrl(datasource.url).url.toString(), (c) => c.query('SELECT 1'))
  else if (command === 'create-database') await createDatabase(datasource.url)
  else if (command === 'drop-database')
    await withClient(onDatabase(datasource.url, 'postgres'), (c) =>
      c.query(`DROP DATABASE ${ident(parseUrl(datasource.url).database)}`),
    )
  else throw new Error(`unsupported command ${command}`)
  log('INFO', command === 'drop-database' ? 'The database was successfully dropped' : 'ok')
}

if (opt.version) {
  console.log(`schema-engine-wasm ${bindings.version()}`)
} else if (positionals[0] === 'cli') {
  await cli(positionals[1]).catch((e) => {
    const { message, error_code } = userFacing(e, datasource.url)
    log('ERROR', message, { is_panic: false, error_code })
    process.exitCode = 1
  })
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    if (!line.trim()) continue
    const message = JSON.parse(line)
    if (!message.method) {
      printed.get(message.id)?.()
      continue
    }
    call(message.method, message.params).then(
      (result) => send({ id: message.id, result }),
      (error) =>
        send({
          id: message.id,
          error: {
            code: 4466,
            message: 'An error happened. Check the data field for details.',
            data: {
              is_panic: error instanceof WebAssembly.RuntimeError,
              message: error.message ?? String(error),
              meta: error.meta ?? null,
              error_code: error.code,
            },
          },
        }),
    )
  }
  process.exit(0)
}
