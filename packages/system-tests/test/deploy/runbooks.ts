/** Headings of a page as the ends of links, as GitHub makes them. */
export const headingsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => slugOf(title))

const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

/** The lines of the shell blocks below each heading, without comments; on some pages indented ones as well. */
export function commandsBelow(markdown: string, { indented = false } = {}): Map<string, string[]> {
  const commands = new Map<string, string[]>()
  let heading = ''
  let inBlock = false
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) inBlock = line === '```sh'
    else if (inBlock || (indented && line.startsWith('    '))) {
      commands.get(heading)?.push(line.replace(/\s+#.*$/, '').trim())
    } else if (/^#+ /.test(line)) {
      heading = slugOf(line.replace(/^#+ /, ''))
      commands.set(heading, [])
    }
  }
  return commands
}

/** Commands within the text itself: `sluice …` and `compose …` between backquotes. */
export const commandsInText = (markdown: string): string[] =>
  [...markdown.replace(/```sh[\s\S]*?```/g, '').matchAll(/`((?:sluice|compose|kubectl|helm) [^`]+)`/g)].map(
    ([, command = '']) => command.replace(' …', ''),
  )
