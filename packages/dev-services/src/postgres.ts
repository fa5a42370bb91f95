import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { postgresAccount } from './account.ts'
import { freePort } from './free-port.ts'
import { POSTGRES_USERS, passwordOf, writePrivate } from './passwords.ts'
import { placeFor, reachable } from './place.ts'
import {
  choosePassword,
  close,
  type DataFolder,
  ensureUsersAndDatabase,
  isOpen,
  ownerPassword,
  passwordFile,
  urlOf,
  writeRules,
} from './postgres-access.ts'
import { findPostgres, type PostgresBinaries, program } from './postgres-binaries.ts'
import { run } from './run.ts'
import { waitUntil } from './wait-until.ts'

export interface PostgresOptions {
  /** Folder for its data, log and port. */
  directory: string
  /** Preferred port. Default: the last one used, else any free one. */
  port?: number
  /** False: faster, but loses data if the machine crashes; for tests. Default: true. */
  durable?: boolean
  /** Users to be made beside the owner. Default: those of the processes and of the host application. */
  users?: readonly string[]
  /** Schemas in which unqualified names are looked up, since the server is Sluice's alone. Default: `sluice, public`. */
  searchPath?: string
}

export interface LocalPostgres {
  /** URL of database `sluice` as superuser `sluice`, with its password. */
  url: string
  /** The same database as one of the users. */
  urlOf(user: string): string
  port: number
  pid: number
  /** Folder with the data. */
  directory: string
  /** Whether it was still running, left by a process that was killed. */
  adopted: boolean
  /** Stops it; ends open connections and keeps committed data. */
  stop(): Promise<void>
  /** Stops it as a crash does: writes nothing more, and recovers at the next start. */
  crash(): Promise<void>
}

/** After a crash the last backends may briefly hold its shared memory or its lock. */
const HELD_BY_THE_DYING = /shared memory block .* still in use|lock file .* already exists/

interface Server extends DataFolder {
  binaries: PostgresBinaries
  durable: boolean
  users: readonly string[]
  searchPath: string
}

/**
 * Starts the Postgres of a folder, or takes over the one that still runs there. Keeps the data. It listens on this
 * machine only, opens no socket and asks for a password, because every user of the machine can reach it.
 */
export async function startPostgres({ directory, port, ...options }: PostgresOptions): Promise<LocalPostgres> {
  const server = await prepare(resolve(directory), options)
  const adopted = await isRunning(server)
  if (!adopted) {
    if (!existsSync(join(server.data, 'PG_VERSION'))) await initialise(server)
    await start(server, await freePort(port ?? (await rememberedPort(server))))
  }
  if (await isOpen(server)) await closeAndRestart(server)
  const running = await whatRuns(server)
  const password = await ownerPassword(server)
  await ensureUsersAndDatabase(running.port, password, server.users)
  return {
    url: urlOf(running.port, 'sluice', password),
    urlOf: (user) => urlOf(running.port, user, passwordOf(user, password)),
    ...running,
    directory: server.place,
    adopted,
    stop: () => stop(server, 'fast'),
    crash: () => stop(server, 'immediate'),
  }
}

/** The restart ends the sessions of those who needed no password. */
async function closeAndRestart(server: Server): Promise<void> {
  const { port } = await whatRuns(server)
  await close(server, port, server.users)
  await stop(server, 'fast')
  await start(server, port)
}

async function prepare(
  directory: string,
  { durable = true, users = POSTGRES_USERS, searchPath = 'sluice, public' }: Omit<PostgresOptions, 'directory'>,
): Promise<Server> {
  const account = await postgresAccount()
  const place = await placeFor(directory, account)
  const data = join(place, 'data')
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => null)
  const binaries = await findPostgres(version ? Number(version) : undefined)
  return { binaries: await reachable(binaries, place, account), account, place, data, durable, users, searchPath }
}

async function initialise(server: Server): Promise<void> {
  await choosePassword(server)
  const login = ['-U', 'sluice', '-A', 'scram-sha-256', `--pwfile=${passwordFile(server)}`]
  const args = ['-D', server.data, ...login, '--no-locale', '-E', 'UTF8', '--no-sync']
  const { exitCode, output } = await call(server, 'initdb', args)
  if (exitCode !== 0) throw new Error(`PostgreSQL could not make its data folder ${server.data}: ${lastLine(output)}`)
  await writeRules(server)
}

async function start(server: Server, port: number): Promise<void> {
  const log = join(server.place, 'postgres.log')
  const settings = [`-p ${port}`, '-c listen_addresses=127.0.0.1', '-c max_connections=300']
  if (process.platform !== 'win32') settings.push('-c unix_socket_directories=')
  settings.push(`-c search_path=${server.searchPath.replaceAll(' ', '')}`)
  if (!server.durable) settings.push('-c fsync=off', '-c synchronous_commit=off', '-c full_page_writes=off')
  const args = ['-D', server.data, '-l', log, '-w', '-t', '60', '-o', settings.join(' '), 'start']
  let said = ''
  const tryOnce = async () => {
    const { exitCode } = await call(server, 'pg_ctl', args)
    said = exitCode === 0 ? '' : await readFile(log, 'utf8').catch(() => 'there is no log')
    return !HELD_BY_THE_DYING.test(said.split('\n').slice(-5).join('\n'))
  }
  await waitUntil(tryOnce, 10_000)
  if (said) {
    throw new Error(
      `PostgreSQL did not start: ${lastLine(said)} (${log}). Its data is in ${server.data}; or set DATABASE_URL.`,
    )
  }
  await writePrivate(join(server.place, 'port'), `${port}\n`, server.account)
}

async function stop(server: Server, mode: 'fast' | 'immediate'): Promise<void> {
  if (!(await isRunning(server))) return
  const { exitCode, output } = await call(server, 'pg_ctl', ['-D', server.data, '-m', mode, '-w', '-t', '60', 'stop'])
  if (exitCode !== 0) throw new Error(`PostgreSQL in ${server.data} did not stop: ${lastLine(output)}`)
}

const isRunning = async (server: Server): Promise<boolean> =>
  (await call(server, 'pg_ctl', ['-D', server.data, 'status'])).exitCode === 0

/** In `postmaster.pid` the first line is the process id, the fourth the port. */
async function whatRuns(server: Server): Promise<{ pid: number; port: number }> {
  const lines = (await readFile(join(server.data, 'postmaster.pid'), 'utf8')).split('\n')
  return { pid: Number(lines[0]), port: Number(lines[3]) }
}

const rememberedPort = async (server: Server): Promise<number> =>
  Number(await readFile(join(server.place, 'port'), 'utf8').catch(() => 0))

const call = (server: Server, name: string, args: string[]) =>
  run(program(server.binaries, name), args, server.account, { ...process.env, LC_ALL: 'C' })

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''
