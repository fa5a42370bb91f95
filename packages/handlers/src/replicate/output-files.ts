import type { OutputFile } from '@sluice/events'
import { isFileAddress } from './file-address.ts'

/**
 * The files of an output, whatever its shape: every text in it that is an address, by its JSON pointer, counted in the
 * order in which the output shows them. Models answer with one address, lists, lists of lists, objects of them, …
 */
export function outputFiles(output: unknown): OutputFile[] {
  const files: OutputFile[] = []
  collect(output, '', files)
  return files
}

/** As deep as bodies may nest, which ingest sees to. */
function collect(value: unknown, pointer: string, files: OutputFile[]): void {
  if (typeof value === 'string') {
    if (isFileAddress(value)) files.push({ pointer, idx: files.length, url: value })
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) collect(inner, `${pointer}/${escaped(name)}`, files)
  }
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-3 */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
