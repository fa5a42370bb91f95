/** Shortens a text to so many UTF-16 units, and shows that by `…`. Never leaves half of a character. */
export const cutText = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
