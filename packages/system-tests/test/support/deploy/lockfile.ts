import { parse } from 'yaml'

export interface LockedPackage {
  name: string
  version: string
  integrity?: string
}

interface Lockfile {
  importers: Record<
    string,
    Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Dependencies | undefined>
  >
  packages: Record<string, { resolution: Record<string, string> }>
}

type Dependencies = Record<string, { version: string }>

const VERSION = /^\d+\.\d+\.\d+(-[\w.-]+)?$/
const SHA_512 = /^sha512-[A-Za-z0-9+/]{86}==$/

/** The packages that a lockfile brings in. */
export const packagesIn = (lockfile: string): LockedPackage[] =>
  Object.entries((parse(lockfile) as Lockfile).packages).map(([key, { resolution }]) => ({
    ...splitKey(key),
    ...(resolution['integrity'] && { integrity: resolution['integrity'] }),
  }))

/** Each package that does not come from a registry with a hash, and each dependency that is no such package. */
export function strangersIn(lockfile: string): string[] {
  const { importers, packages } = parse(lockfile) as Lockfile
  const unpinned = Object.entries(packages).filter(([key, { resolution }]) => {
    // Any other field is the address of a tarball, a folder or a repository.
    const { integrity = '', ...elsewhere } = resolution
    return !VERSION.test(splitKey(key).version) || !SHA_512.test(integrity) || Object.keys(elsewhere).length > 0
  })
  const dependencies = Object.values(importers).flatMap(({ dependencies, devDependencies, optionalDependencies }) =>
    [dependencies, devDependencies, optionalDependencies].flatMap((some) => Object.entries(some ?? {})),
  )
  const unknown = dependencies.filter(([, { version }]) => !/^link:|^\d/.test(version))
  return [...unpinned.map(([key]) => key), ...unknown.map(([name, { version }]) => `${name} ${version}`)]
}

function splitKey(key: string): { name: string; version: string } {
  const at = key.indexOf('@', 1)
  return { name: key.slice(0, at), version: key.slice(at + 1) }
}
