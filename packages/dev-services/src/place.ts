import { createHash } from 'node:crypto'
import { chown, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type PostgresBinaries, program } from './postgres-binaries.ts'
import type { Account } from './run.ts'
import { run } from './run.ts'

const POINTER = 'moved-to.txt'

/**
 * The folder for the data: `directory`, unless the account has no access to it (a checkout under a private home). Then
 * another folder, which a note in `directory` names.
 */
export async function placeFor(directory: string, account: Account | null): Promise<string> {
  await mkdir(directory, { recursive: true })
  const noted = await readFile(join(directory, POINTER), 'utf8').catch(() => null)
  if (noted) return noted.trim()
  if (!account) return directory
  if (await canEnter(directory, account)) {
    await chown(directory, account.uid, account.gid)
    return directory
  }
  const elsewhere = await makeElsewhere(directory, account)
  await writeFile(join(directory, POINTER), `${elsewhere}\n`)
  return elsewhere
}

/** Copies the binaries beside the data if the account has no access to them. */
export async function reachable(binaries: PostgresBinaries, place: string, account: Account | null) {
  if (!account || !binaries.embedded) return binaries
  const { exitCode } = await run(program(binaries, 'postgres'), ['--version'], account)
  if (exitCode === 0) return binaries
  const copy = join(place, `postgresql-${binaries.major}`)
  await cp(resolve(binaries.folder, '..'), copy, { recursive: true, verbatimSymlinks: true })
  return { ...binaries, folder: join(copy, 'bin') }
}

/** Tries it out instead of reading modes, so that access lists and mounts count too. */
async function canEnter(directory: string, account: Account): Promise<boolean> {
  const { exitCode } = await run('/bin/sh', ['-c', 'cd "$1/.."', 'sh', directory], account)
  return exitCode === 0
}

async function makeElsewhere(directory: string, account: Account): Promise<string> {
  const name = `sluice-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`
  const folder = join((await canEnter('/var/lib/.', account)) ? '/var/lib' : tmpdir(), name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chown(folder, account.uid, account.gid)
  return folder
}
