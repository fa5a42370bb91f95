/**
 * Control characters, and those that turn the direction of text round. A terminal obeys them, so text from outside could
 * move its cursor, hide lines or set its title. Line breaks and tabs are ours to print.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

const BREAKS = /[\n\t]/g

/** As JSON escapes it, so that it is right in JSON as well. */
const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Text with its control characters escaped, except line breaks and tabs. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, escaped)

/** A value from outside within a line: it can begin no line of its own. */
export const oneLine = (text: string): string => printable(text).replace(BREAKS, escaped)

/** Every command prints its result through this, text and JSON alike. */
export const print = (text: string): void => console.log(printable(text))
