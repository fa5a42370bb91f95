import { cp, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { REPOSITORY } from '../repository.ts'

const PARTS = ['apps', 'packages', 'prisma', 'README.md', 'jest.config.mjs', 'package.json']

/** Copies sources and settings, with `built` also the builds. Installed libraries are shared. */
export async function copyRepository(root: string, { built = false } = {}): Promise<void> {
  const left = ['.turbo', 'coverage', ...(built ? [] : ['dist'])]
  const options = {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true, // of what is not changed nothing is built again
    filter: (path: string) => !left.includes(basename(path)),
  }
  const copy = (part: string) => cp(join(REPOSITORY, part), join(root, part), options)
  await Promise.all([...PARTS, 'tsconfig.base.json', 'tsconfig.test.json'].map(copy))
  await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'))
}
