/**
 * Whether a whole text is the address of a file, of whatever scheme: which ones are gone to is decided where they are
 * fetched. A text that only begins with one has a space in it somewhere.
 */
export const isFileAddress = (text: string): boolean =>
  /^(data:[^\s,]*,|[a-z][a-z0-9+.-]*:\/\/\S)/i.test(text) && isOneWord(text)

/** The data of a `data:` URI may be broken into lines. */
const isOneWord = (text: string): boolean => /^data:/i.test(text) || !/\s/.test(text)
