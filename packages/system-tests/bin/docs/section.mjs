/**
 * The page with the text between its marks for `name` replaced.
 * @throws when the page has no such marks.
 */
export function withSection(text, name, content, page) {
  const begin = `<!-- docs:update ${name} -->`
  const end = `<!-- end of ${name} -->`
  const from = text.indexOf(begin)
  const to = text.indexOf(end, from)
  if (from < 0 || to < 0) throw new Error(`${page} needs the lines ${begin} and ${end}.`)
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`
}
