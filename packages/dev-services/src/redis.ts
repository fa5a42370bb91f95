import { spawn } from 'node:child_process'
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { freePort } from './free-port.ts'
import { passwordOf, randomPassword, readPassword, type User, writePrivate } from './passwords.ts'
import { findRedis, installRedis } from './redis-binary.ts'
import { configOf, REDIS_SETTINGS } from './redis-config.ts'
import { run } from './run.ts'
import { isAlive, waitUntil } from './wait-until.ts'

export interface RedisOptions {
  /** Folder for its data, log and port. */
  directory: string
  /** Preferred port. Default: the last one used, else any free one. */
  port?: number
  /** Begins the keys that the users may use. Default: `sluice`. */
  prefix?: string
  /** False: keeps nothing on disk; for tests. Default: true. */
  durable?: boolean
  /** Of the owner. Default: the last one used, else a random one. */
  password?: string
  /** Further settings of `redis.conf`. */
  settings?: Record<string, string>
}

export interface LocalRedis {
  /** As the owner, with its password. */
  url: string
  /** As a user with the rights of one process. */
  urlOf(user: User): string
  port: number
  pid: number
  /** Whether it was still running, left by a process that was killed. */
  adopted: boolean
  /** Stops it after it has written everything. */
  stop(): Promise<void>
  /** Stops it as a crash does. */
  crash(): Promise<void>
}

/**
 * Starts the Redis of a folder, or takes over the one that still runs there. It listens on this machine only and has
 * passwords, because every user of the machine can reach it.
 *
 * @returns null when there is no Redis and it cannot be installed
 */
export async function startRedis(options: RedisOptions): Promise<LocalRedis | null> {
  const { directory, port } = options
  const folder = resolve(directory)
  await mkdir(folder, { recursive: true })
  const survivor = await survivorOf(folder)
  if (survivor?.password) return handle(survivor, true)
  if (survivor) await handle(survivor, true).stop() // of a version that set no password
  const binary = findRedis() ?? (await installRedis())
  if (!binary) return null
  const given = await freePort(port ?? (await rememberedPort(folder)))
  return handle(await start(binary, folder, given, options), false)
}

interface Running {
  port: number
  pid: number
  password: string
}

function handle({ port, pid, password }: Running, adopted: boolean): LocalRedis {
  const end = async (signal: NodeJS.Signals) => {
    if (!isAlive(pid)) return
    process.kill(pid, signal)
    const ended = await waitUntil(() => !isAlive(pid), 10_000)
    if (!ended) throw new Error(`Redis (process ${pid}) did not stop within 10 s: end it with kill -9 ${pid}.`)
  }
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    urlOf: (user) => `redis://${user}:${passwordOf(user, password)}@127.0.0.1:${port}`,
    port,
    pid,
    adopted,
    stop: () => end('SIGTERM'),
    crash: () => end('SIGKILL'),
  }
}

async function start(binary: string, folder: string, port: number, options: RedisOptions): Promise<Running> {
  const { durable = true, prefix = 'sluice', settings: more } = options
  const log = join(folder, 'redis.log')
  const password = options.password ?? ((await rememberedPassword(folder)) || randomPassword())
  const settings = {
    ...REDIS_SETTINGS,
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    logfile: log,
    ...(!durable && { appendonly: 'no' }),
    ...more,
  }
  // Files, because every user of the machine can read the arguments of a process.
  const config = join(folder, 'redis.conf')
  await writePrivate(config, configOf(settings, prefix, password, await versionOf(binary)))
  await writePrivate(join(folder, 'password'), `${password}\n`)
  // Detached: Ctrl-C in the terminal must not stop it before the processes that write to it.
  const child = spawn(binary, [config], { cwd: folder, stdio: 'ignore', detached: true })
  child.unref()
  child.once('error', () => {})
  const answers = await waitUntil(
    async () => (await directoryOf(port, password)) !== null || child.exitCode !== null,
    20_000,
  )
  if (!answers || child.exitCode !== null || child.pid === undefined) {
    const said = (await readFile(log, 'utf8').catch(() => 'there is no log')).trimEnd().split('\n').at(-1)
    throw new Error(`Redis did not start: ${said} (${log}). Its data is in ${folder}; or set REDIS_URL.`)
  }
  await writeFile(join(folder, 'port'), `${port}\n`)
  return { port, pid: child.pid, password }
}

/** `Redis server v=7.0.15 …` → 7. */
const versionOf = async (binary: string): Promise<number> =>
  Number(/v=(\d+\.\d+)/.exec((await run(binary, ['--version'])).output)?.[1] ?? 7)

/** The Redis on the remembered port, if its data is in this folder. */
async function survivorOf(folder: string): Promise<Running | null> {
  const port = await rememberedPort(folder)
  const password = await rememberedPassword(folder)
  if (!port || (await directoryOf(port, password)) !== (await realpath(folder))) return null
  const pid = /process_id:(\d+)/.exec(await ask(port, password, 'INFO server').catch(() => ''))?.[1]
  return pid ? { port, pid: Number(pid), password } : null
}

const rememberedPort = async (folder: string): Promise<number> =>
  Number(await readFile(join(folder, 'port'), 'utf8').catch(() => 0))

const rememberedPassword = (folder: string): Promise<string> => readPassword(join(folder, 'password'))

/** Data folder of the Redis on a port; null without an answer (also while it loads). */
async function directoryOf(port: number, password: string): Promise<string | null> {
  const answer = await ask(port, password, 'CONFIG GET dir').catch(() => '')
  const value = /\r\ndir\r\n\$\d+\r\n(.*)\r\n/.exec(answer)?.[1]
  return value ? await realpath(value).catch(() => null) : null
}

/** Sends one inline command after the password, and returns what arrives until its answer has begun. */
function ask(port: number, password: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setTimeout(1_000, () => socket.destroy(new Error('no answer')))
    socket.once('error', reject)
    socket.once('close', () => resolve(answer))
    socket.once('connect', () => socket.write(`AUTH ${password || '-'}\r\n${command}\r\nQUIT\r\n`))
    socket.on('data', (part) => {
      answer += part
    })
  })
}
