import { isFileAddress } from './file-address.ts'

/** A list of strings without a URL: the pieces of one text, in order. */
export const isTextChunks = (output: unknown): output is string[] =>
  Array.isArray(output) &&
  output.length > 0 &&
  output.every((chunk) => typeof chunk === 'string' && !isFileAddress(chunk))
