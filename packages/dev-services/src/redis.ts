import { spawn } from 'node:child_process'
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { freePort } from './free-port.ts'
import { findRedis, installRedis } from './redis-binary.ts'
import { isAlive, waitUntil } from './wait-until.ts'

export interface RedisOptions {
  /** Folder for its data, log and port. */
  directory: string
  /** Preferred port. Default: the last one used, else any free one. */
  port?: number
  /** False: keeps nothing on disk; for tests. Default: true. */
  durable?: boolean
  /** Further settings of `redis.conf`. */
  settings?: Record<string, string>
}

export interface LocalRedis {
  url: string
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
 * Starts the Redis of a folder, or takes over the one that still runs there. Every write is on disk before it is
 * acknowledged, and nothing is evicted: queues are not a cache.
 *
 * @returns null when there is no Redis and it cannot be installed
 */
export async function startRedis(options: RedisOptions): Promise<LocalRedis | null> {
  const { directory, port } = options
  const folder = resolve(directory)
  await mkdir(folder, { recursive: true })
  const survivor = await survivorOf(folder)
  if (survivor) return handle(survivor, true)
  const binary = findRedis() ?? (await installRedis())
  if (!binary) return null
  return handle(await start(binary, folder, await freePort(port ?? (await rememberedPort(folder))), options), false)
}

interface Running {
  port: number
  pid: number
}

function handle({ port, pid }: Running, adopted: boolean): LocalRedis {
  const end = async (signal: NodeJS.Signals) => {
    if (!isAlive(pid)) return
    process.kill(pid, signal)
    const ended = await waitUntil(() => !isAlive(pid), 10_000)
    if (!ended) throw new Error(`Redis (process ${pid}) did not stop within 10 s: end it with kill -9 ${pid}.`)
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid,
    adopted,
    stop: () => end('SIGTERM'),
    crash: () => end('SIGKILL'),
  }
}

async function start(
  binary: string,
  folder: string,
  port: number,
  { durable = true, settings: more }: RedisOptions,
): Promise<Running> {
  const log = join(folder, 'redis.log')
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    logfile: log,
    save: '',
    appendonly: durable ? 'yes' : 'no',
    appendfsync: 'always',
    // A rewrite takes a core for a second, and short-lived jobs grow the file by megabytes a second.
    'auto-aof-rewrite-min-size': '256mb',
    'maxmemory-policy': 'noeviction',
    ...more,
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  // Detached: Ctrl-C in the terminal must not stop it before the processes that write to it.
  const child = spawn(binary, args, { cwd: folder, stdio: 'ignore', detached: true })
  child.unref()
  child.once('error', () => {})
  const answers = await waitUntil(async () => (await directoryOf(port)) !== null || child.exitCode !== null, 20_000)
  if (!answers || child.exitCode !== null || child.pid === undefined) {
    const said = (await readFile(log, 'utf8').catch(() => 'there is no log')).trimEnd().split('\n').at(-1)
    throw new Error(`Redis did not start: ${said} (${log}). Its data is in ${folder}; or set REDIS_URL.`)
  }
  await writeFile(join(folder, 'port'), `${port}\n`)
  return { port, pid: child.pid }
}

/** The Redis on the remembered port, if its data is in this folder. */
async function survivorOf(folder: string): Promise<Running | null> {
  const port = await rememberedPort(folder)
  if (!port || (await directoryOf(port)) !== (await realpath(folder))) return null
  const pid = /process_id:(\d+)/.exec(await ask(port, 'INFO server').catch(() => ''))?.[1]
  return pid ? { port, pid: Number(pid) } : null
}

const rememberedPort = async (folder: string): Promise<number> =>
  Number(await readFile(join(folder, 'port'), 'utf8').catch(() => 0))

/** Data folder of the Redis on a port; null without an answer (also while it loads). */
async function directoryOf(port: number): Promise<string | null> {
  const answer = await ask(port, 'CONFIG GET dir').catch(() => '')
  const [, , , , value] = answer.split('\r\n')
  return value ? await realpath(value).catch(() => null) : null
}

/** Sends one inline command and returns the first packet of its answer. */
function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.setTimeout(1_000, () => socket.destroy(new Error('no answer')))
    socket.once('error', reject)
    socket.once('connect', () => socket.write(`${command}\r\n`))
    socket.once('data', (answer) => {
      socket.destroy()
      resolve(answer.toString())
    })
  })
}
