import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Which process listens on a port, such as `next dev (process 4242)`; undefined if the system does not tell. */
export function holderOf(port: number): string | undefined {
  const pid = process.platform === 'linux' ? pidInProc(port) : pidByLsof(port)
  return pid && `${commandOf(pid)} (process ${pid})`
}

const LISTENS = '0A'

/** Root sees all processes, anybody else only their own: https://man7.org/linux/man-pages/man5/proc_net.5.html */
function pidInProc(port: number): string | undefined {
  const sockets = new Set(
    ['tcp', 'tcp6'].flatMap((table) => listeners(table, port)).map((inode) => `socket:[${inode}]`),
  )
  return readdir('/proc').find(
    (pid) => /^\d+$/.test(pid) && readdir(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`))),
  )
}

function listeners(table: string, port: number): string[] {
  const rows = read(`/proc/net/${table}`)
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
  return rows.flatMap(([, local = '', , state, , , , , , inode]) =>
    state === LISTENS && Number.parseInt(local.split(':')[1] ?? '', 16) === port ? (inode ?? []) : [],
  )
}

const pidByLsof = (port: number): string | undefined =>
  spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8' }).stdout?.split('\n')[0] ||
  undefined

/** The program without its folder, and its first argument. */
function commandOf(pid: string): string {
  const line =
    read(`/proc/${pid}/cmdline`) || spawnSync('ps', ['-o', 'args=', '-p', pid], { encoding: 'utf8' }).stdout || ''
  const [program = 'another process', ...rest] = line.split(/[\0\s]+/).filter(Boolean)
  return [program, ...rest.slice(0, 1)].map((word) => word.split('/').at(-1)).join(' ')
}

const quietly = <T>(work: () => T, otherwise: T): T => {
  try {
    return work()
  } catch {
    return otherwise
  }
}
const read = (path: string): string => quietly(() => readFileSync(path, 'utf8'), '')
const readdir = (path: string): string[] => quietly(() => readdirSync(path), [])
const linkOf = (path: string): string => quietly(() => readlinkSync(path), '')
