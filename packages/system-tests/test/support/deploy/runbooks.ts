import { slugOf } from '../../docs/markdown.ts'

/** The lines of the shell blocks below each heading, without comments. */
export function commandsBelow(markdown: string): Map<string, string[]> {
  const commands = new Map<string, string[]>()
  let heading = ''
  let inBlock = false
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) inBlock = line === '```sh'
    else if (inBlock) commands.get(heading)?.push(line.replace(/\s+#.*$/, '').trim())
    else if (/^#+ /.test(line)) {
      heading = slugOf(line.replace(/^#+ /, ''))
      commands.set(heading, [])
    }
  }
  return commands
}
