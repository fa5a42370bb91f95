import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { REPOSITORY } from '@sluice/testing'
import { textOf } from '../support/deploy/files.ts'

export interface Page {
  /** Of the repository. */
  path: string
  /** The folder that its links start from. */
  folder: string
  text: string
}

const below = (folder: string): string[] => readdirSync(join(REPOSITORY, folder)).map((name) => join(folder, name))

/** Every app and every package. A folder without package.json is what an older checkout left behind. */
export const PARTS = ['apps', 'packages']
  .flatMap(below)
  .filter((folder) => existsSync(join(REPOSITORY, folder, 'package.json')))

/** The files that people copy when they begin an application of their own. */
const EXAMPLES = below('packages/host/examples')

const READMES = ['.', 'docker', 'docker/helm/sluice', ...PARTS, ...EXAMPLES].map((folder) => join(folder, 'README.md'))
const CLOUDS = below('docker/clouds').filter((path) => path.endsWith('.md'))
const COMMUNITY = below('.github').filter((path) => path.endsWith('.md'))

/** Every page that people read. */
export const PAGES: Page[] = [...READMES, ...CLOUDS, ...COMMUNITY]
  .filter((path) => existsSync(join(REPOSITORY, path)))
  .map((path) => ({ path, folder: dirname(path), text: textOf(path) }))
