/**
 * Whether the whole string is a URL of any scheme. The downloader decides which URLs it fetches. A sentence that starts
 * with a URL does not count, because it contains a space.
 */
export const isFileAddress = (text: string): boolean =>
  /^(data:[^\s,]*,|[a-z][a-z0-9+.-]*:\/\/\S)/i.test(text) && isOneWord(text)

/** The data of a `data:` URI may contain line breaks. */
const isOneWord = (text: string): boolean => /^data:/i.test(text) || !/\s/.test(text)
