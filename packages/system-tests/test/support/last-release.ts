import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { REPOSITORY } from '@sluice/testing'

const CHANGELOG = '.github/CHANGELOG.md'

export interface Release {
  /** Its tag, or its heading in the changelog. */
  name: string
  commit: string
}

/**
 * The last release before this commit: the newest tag `v*`, else the commit that added the newest release's heading to
 * the changelog.
 *
 * @throws when there is none, because an upgrade from nothing proves nothing
 */
export function lastRelease(): Release {
  const release = newestTag() ?? newestHeading()
  if (release) return release
  throw new Error(
    `There is no release to upgrade from: no tag v* before this commit, and no commit that added a heading "## x.y.z" to ${CHANGELOG}.`,
  )
}

/** Not that of this commit, from which nothing would be upgraded. */
function newestTag(): Release | undefined {
  const tags = git('tag', '--list', 'v*', '--merged', 'HEAD', '--no-contains', 'HEAD', '--sort=-version:refname')
  const [name] = tags.split('\n')
  return name ? { name, commit: git('rev-parse', `${name}^{commit}`) } : undefined
}

function newestHeading(): Release | undefined {
  if (git('rev-parse', '--is-shallow-repository') === 'true')
    throw new Error('The last release cannot be found in a shallow clone: run git fetch --unshallow --tags.')
  const head = git('rev-parse', 'HEAD')
  for (const [heading, version = ''] of readFileSync(join(REPOSITORY, CHANGELOG), 'utf8').matchAll(HEADINGS)) {
    const [commit] = git('log', '--reverse', '--format=%H', '-S', heading, '--', CHANGELOG).split('\n')
    if (commit && commit !== head) return { name: version, commit }
  }
  return undefined
}

const HEADINGS = /^## \[?v?(\d+\.\d+\.\d+\S*)/gm

function git(...args: string[]): string {
  try {
    return execFileSync('git', ['-C', REPOSITORY, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch (error) {
    throw new Error('The last release cannot be found: this is no clone of the repository, or git is missing.', {
      cause: error,
    })
  }
}

/** Written last into the folder of a build. */
const IS_BUILT = '.built'
const APPS = ['ingest', 'worker', 'cli']

/** Builds a release, once for each checkout. Returns its root, which is in no node_modules: TypeScript builds nothing there. */
export async function buildRelease({ commit }: Release): Promise<string> {
  const root = join(REPOSITORY, '.sluice/releases', commit)
  if (existsSync(join(root, IS_BUILT))) return root
  await rm(root, { recursive: true, force: true })
  await mkdir(root, { recursive: true })
  const archive = `${root}.tar`
  await run('git', ['-C', REPOSITORY, 'archive', '--output', archive, commit])
  await run('tar', ['-xf', archive, '-C', root])
  await rm(archive)
  const install = (...options: string[]) => runIn(root, 'pnpm', ['install', '--frozen-lockfile', ...options])
  await install('--offline').catch(() => install())
  const filters = APPS.map((app) => `--filter=@sluice/${app}`)
  await runIn(root, 'pnpm', ['exec', 'turbo', 'run', 'build', '--force', ...filters])
  await writeFile(join(root, IS_BUILT), '')
  return root
}

const run = promisify(execFile)

/** @throws with the last lines that the program printed */
async function runIn(cwd: string, program: string, args: string[]): Promise<void> {
  const env = { ...process.env, CI: '1', TURBO_TELEMETRY_DISABLED: '1', CHECKPOINT_DISABLE: '1' }
  await run(program, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: Error & { stdout: string; stderr: string }) => {
      const printed = `${error.stdout}\n${error.stderr}`.trim().split('\n').slice(-15).join('\n')
      throw new Error(`${program} ${args.join(' ')} failed in ${cwd}:\n${printed}`)
    },
  )
}
