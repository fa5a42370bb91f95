import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from '../../../dev-services/bin/prepare.mjs'

const IMPORT = /\b(?:import|export)\b( type\b)?(?:[^'"]*? from)? *\(?'([^']+)'/g

/**
 * Whether a file, or one of ours that it imports, or one that these import and so on, imports such a module. What is
 * imported for its types alone brings nothing along and is not followed. A file whose text does as much without an import
 * counts as well.
 * @param isSuch Is given the name of a module that is not ours, and whether its types alone are imported.
 * @param doesSuch Is given the text of a file of ours.
 */
export function reaches(file, isSuch, doesSuch, seen = new Set()) {
  if (seen.has(file)) return false
  seen.add(file)
  const text = readFileSync(join(ROOT, file), 'utf8')
  return (
    doesSuch(text) ||
    importsOf(text).some(({ name, typesOnly }) => {
      const own = resolve(file, name)
      return own ? !typesOnly && reaches(own, isSuch, doesSuch, seen) : isSuch(name, typesOnly)
    })
  )
}

const importsOf = (text) => [...text.matchAll(IMPORT)].map(([, type, name]) => ({ name, typesOnly: !!type }))

/** The file of ours that an import names, relative to the root; undefined for what others made. */
function resolve(from, name) {
  if (name.startsWith('.')) return join(dirname(from), name)
  const [, own, door] = /^@sluice\/([^/]+)(.*)$/.exec(name) ?? []
  if (!own) return undefined
  const folder = join('packages', own)
  const { exports } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'))
  return join(folder, exports[`.${door}`].source)
}
