/**
 * Whether a whole string is a URL, of any scheme: the downloader decides which ones it fetches. A sentence that only
 * begins with a URL contains a space.
 */
export const isFileAddress = (text: string): boolean =>
  /^(data:[^\s,]*,|[a-z][a-z0-9+.-]*:\/\/\S)/i.test(text) && isOneWord(text)

/** The data of a `data:` URI may be broken into lines. */
const isOneWord = (text: string): boolean => /^data:/i.test(text) || !/\s/.test(text)
