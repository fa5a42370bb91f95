import type { OutputFile } from '@sluice/events'
import { isAddress, isFile } from './file-address.ts'

/** The hosts of files, if the worker names no others: https://replicate.com/docs/topics/predictions/output-files */
export const ASSET_HOSTS: readonly string[] = ['replicate.delivery', '*.replicate.delivery']

/**
 * Files of one output that are copied. Models return a few, and at most some hundred frames of a clip. Each file is a
 * row, an effect and a download, and one body has room for a hundred thousand addresses.
 */
export const FILES_MAX = 2_000

export interface OutputContents {
  /** At most `FILES_MAX`, the first ones of the output. */
  files: OutputFile[]
  /** Number of files beyond these. */
  filesRefused: number
  /** The text of an output that is nothing but text: a string, or the pieces that language models send; else null. */
  text: string | null
}

/**
 * The files of an output of any shape, each with its JSON pointer, in the order of the output. Models return one URL,
 * lists, lists of lists, objects of them, … An address of another host is a file only beside one that certainly is, and
 * never within a text that comes in pieces.
 */
export function readOutput(output: unknown, hosts: readonly string[] = ASSET_HOSTS): OutputContents {
  const files: OutputFile[] = []
  let count = 0
  let hasFile = false
  visitAddresses(output, [], false, (url, path, isInText) => {
    if ((!hasFile || isInText) && isFile(url, hosts)) hasFile = true
    else if (isInText) return
    if (count < FILES_MAX) files.push({ pointer: pointerOf(path), idx: count, url })
    count += 1
  })
  if (!hasFile) return { files: [], filesRefused: 0, text: textOf(output) }
  return { files, filesRefused: count - files.length, text: null }
}

export const outputFiles = (output: unknown, hosts?: readonly string[]): OutputFile[] => readOutput(output, hosts).files

function textOf(output: unknown): string | null {
  const pieces = Array.isArray(output) ? output : [output]
  return isTexts(pieces) ? pieces.join('') : null
}

const isTexts = (pieces: unknown[]): pieces is string[] =>
  pieces.length > 0 && pieces.every((piece) => typeof piece === 'string')

type Path = (string | number)[]

/** @param isInText whether the address stands in a list beside strings that are no addresses */
type Visit = (url: string, path: Path, isInText: boolean) => void

/**
 * Visits every address of a value. `path` is valid only during the visit, so that a body of a million values makes no
 * million pointers. Recursion is safe, because ingest limits the nesting of bodies.
 */
function visitAddresses(value: unknown, path: Path, isInText: boolean, visit: Visit): void {
  if (typeof value === 'string') {
    if (isAddress(value)) visit(value, path, isInText)
  } else if (Array.isArray(value)) {
    const isText = value.some((piece) => typeof piece === 'string' && !isAddress(piece))
    for (const [index, inner] of value.entries()) visitInner(inner, index, path, isText, visit)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) visitInner(inner, name, path, false, visit)
  }
}

function visitInner(value: unknown, name: string | number, path: Path, isInText: boolean, visit: Visit): void {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return
  path.push(name)
  visitAddresses(value, path, isInText, visit)
  path.pop()
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-3 */
const pointerOf = (path: Path): string => path.map((name) => `/${escaped(String(name))}`).join('')

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
