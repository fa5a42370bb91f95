import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Block } from './guide.ts'

/** Writes the block's file in the repository at `root`, or adds its lines to it. */
export async function follow({ language, path, lines }: Block, root: string): Promise<void> {
  const target = join(root, path)
  if (language === 'diff') return writeFile(target, added(await readFile(target, 'utf8'), lines, path))
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, `${lines.join('\n')}\n`)
}

/** The file with the lines of `+` below the line, or the lines, shown before them. */
function added(text: string, changes: string[], path: string): string {
  const lines = text.split('\n')
  let at = 0
  for (const change of changes) {
    if (change.startsWith('+')) {
      lines.splice(at, 0, change.slice(1))
      at += 1
      continue
    }
    const shown = change.slice(1)
    const found = lines.findIndex((line, index) => index >= at && isShownBy(shown, line))
    if (found < 0) throw new Error(`${path} has no line: ${shown}`)
    at = found + 1
  }
  return lines.join('\n')
}

const isShownBy = (shown: string, line: string): boolean =>
  shown.endsWith('…') ? line.startsWith(shown.slice(0, -1).trimEnd()) : line === shown
