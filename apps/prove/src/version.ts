import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { REPOSITORY } from '@sluice/testing'

/** Documents do not change what a run finds. */
const CODE = ['apps', 'packages', 'prisma', 'pnpm-lock.yaml', ':!*.md']

/** The last commit that changed code, with a `+` if files differ from it; `unknown` outside a checkout. */
export async function versionOfCode(): Promise<string> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', [...args, '--', ...CODE], { cwd: REPOSITORY })).stdout.trim()
  try {
    const commit = await git('log', '-1', '--format=%h')
    return (await git('status', '--porcelain')) === '' ? commit : `${commit}+`
  } catch {
    return 'unknown'
  }
}

/** Runs of a version that no commit fixes cannot be told from runs of another. */
export const isFixed = (version: string): boolean => version !== 'unknown' && !version.endsWith('+')
