import type { OutputFile } from '@sluice/events'
import { isAddress, isFile } from './file-address.ts'

/** The hosts of files, if the worker names no others: https://replicate.com/docs/topics/predictions/output-files */
export const ASSET_HOSTS: readonly string[] = ['replicate.delivery', '*.replicate.delivery']

/**
 * The files of an output of any shape, each with its JSON pointer, in the order of the output. Models return one URL,
 * lists, lists of lists, objects of them, … An address of another host is a file only beside one that certainly is, and
 * never within a text that comes in pieces.
 */
export function outputFiles(output: unknown, hosts: readonly string[] = ASSET_HOSTS): OutputFile[] {
  const addresses = addressesIn(output, '', false)
  const hasFile = addresses.some(({ url }) => isFile(url, hosts))
  return addresses
    .filter(({ url, isInText }) => isFile(url, hosts) || (hasFile && !isInText))
    .map(({ pointer, url }, idx) => ({ pointer, idx, url }))
}

/** The text of an output that is nothing but text: a string, or the pieces that language models send; else null. */
export function outputText(output: unknown, hosts: readonly string[] = ASSET_HOSTS): string | null {
  const pieces = Array.isArray(output) ? output : [output]
  if (!isTexts(pieces) || outputFiles(output, hosts).length > 0) return null
  return pieces.join('')
}

const isTexts = (pieces: unknown[]): pieces is string[] =>
  pieces.length > 0 && pieces.every((piece) => typeof piece === 'string')

interface Address extends Pick<OutputFile, 'pointer' | 'url'> {
  /** Whether it stands in a list beside strings that are no addresses. */
  isInText: boolean
}

/** Recursion is safe, because ingest limits the nesting of bodies. */
function addressesIn(value: unknown, pointer: string, isInText: boolean): Address[] {
  if (typeof value === 'string') return isAddress(value) ? [{ pointer, url: value, isInText }] : []
  if (typeof value !== 'object' || value === null) return []
  const isText = Array.isArray(value) && value.some((piece) => typeof piece === 'string' && !isAddress(piece))
  return Object.entries(value).flatMap(([name, inner]) => addressesIn(inner, `${pointer}/${escaped(name)}`, isText))
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-3 */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
