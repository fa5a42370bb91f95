import type { OutputFile } from '@sluice/events'
import { isFileAddress } from './file-address.ts'

/**
 * The files of an output of any shape: every string in it that is a URL, with its JSON pointer, in the order of the
 * output. Models return one URL, lists, lists of lists, objects of them, …
 */
export function outputFiles(output: unknown): OutputFile[] {
  const files: OutputFile[] = []
  collect(output, '', files)
  return files
}

/** Recursion is safe, because ingest limits the nesting of bodies. */
function collect(value: unknown, pointer: string, files: OutputFile[]): void {
  if (typeof value === 'string') {
    if (isFileAddress(value)) files.push({ pointer, idx: files.length, url: value })
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) collect(inner, `${pointer}/${escaped(name)}`, files)
  }
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-3 */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
