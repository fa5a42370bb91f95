/** The page without its blocks of code, in which `#` and `[…](…)` mean something else. */
export const proseOf = (markdown: string): string =>
  markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/^ {4}.*$/gm, '')

/** Headings of a page as the ends of links, as GitHub makes them: the second of the same name ends in `-1`. */
export function headingsOf(markdown: string): string[] {
  const seen = new Map<string, number>()
  return [...proseOf(markdown).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => {
    const slug = slugOf(title)
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    return times === 0 ? slug : `${slug}-${times}`
  })
}

export const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

/** Links within the repository: the path, which is empty within a page, and the heading, which may be. */
export const linksIn = (markdown: string): { link: string; path: string; heading: string }[] =>
  [...proseOf(markdown).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)#?([^)\s]*)\)/g)].map(
    ([link, path = '', heading = '']) => ({ link, path, heading }),
  )

/** The inline code of a text: everything between backquotes. */
export const quotedIn = (markdown: string): string[] =>
  [...proseOf(markdown).matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text)

/** The lines of shell blocks and of indented ones, without comments; a line that ends in `\` goes on. */
export const linesOfCode = (markdown: string): string[] =>
  [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$|^((?:(?: {4}|\t).*\n)+)/gm)]
    .flatMap(([, fenced, indented]) => (fenced ?? indented ?? '').replaceAll('\\\n', ' ').split('\n'))
    .map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
    .filter((line) => line !== '')
