import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { REPOSITORY } from '../repository.ts'
import type { Block } from './guide.ts'

const run = promisify(execFile)
const COMPILER = join(REPOSITORY, 'node_modules/typescript/bin/tsc')
const TIMEOUT_MS = 120_000

type Failed = Error & { stdout: string; stderr: string }

/** Runs these tests of the repository at `root`, and returns the output of Jest. @throws with that output when one fails */
export const jestIn = async (root: string, paths: string[]): Promise<string> => {
  const flags = ['--conditions=source', '--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
  const config = ['--rootDir', root, '--config', join(root, 'jest.config.mjs'), '--selectProjects', 'fast']
  const { stderr } = await run(
    process.execPath,
    [...flags, join(REPOSITORY, 'node_modules/jest/bin/jest.js'), ...paths, ...config],
    { cwd: root, env: { PATH: process.env['PATH'], HOME: process.env['HOME'] }, timeout: TIMEOUT_MS },
  ).catch((error: Failed) => {
    throw new Error(error.stderr)
  })
  return stderr
}

/** The type errors in the files that the guide writes or changes. */
export async function typeErrorsIn(root: string, files: Block[]): Promise<string[]> {
  const { stdout } = await compile(root, '-p', 'tsconfig.test.json')
  return stdout.split('\n').filter((line) => files.some(({ path }) => line.startsWith(path)))
}

/** Builds apps of the repository at `root`, and the packages that they need. @throws when one does not compile. */
export async function buildIn(root: string, apps: string[]): Promise<void> {
  const result = await compile(root, '-b', ...apps.map((app) => `apps/${app}`))
  if (result instanceof Error) throw new Error(result.stdout)
  for (const app of apps) await bundleIn(join(root, 'apps', app))
}

/** Bundles an app whose build does so. */
async function bundleIn(folder: string): Promise<void> {
  const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { scripts: { build: string } }
  const bundler = scripts.build.split(' && node ')[1]
  if (bundler !== undefined) await run(process.execPath, [bundler], { cwd: folder, timeout: TIMEOUT_MS })
}

const compile = (root: string, ...args: string[]) =>
  run(process.execPath, [COMPILER, ...args], { cwd: root, timeout: TIMEOUT_MS }).catch((error: Failed) => error)
