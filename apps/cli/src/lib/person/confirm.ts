import { createInterface } from 'node:readline/promises'

/** Asks a person at a terminal to type this text. False without a terminal, and after Ctrl-C or Ctrl-D. */
export async function confirm(question: string, expected: string): Promise<boolean> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const closed = new AbortController()
  terminal.once('close', () => closed.abort())
  const answer = await terminal.question(question, { signal: closed.signal }).catch(() => null)
  terminal.close()
  return answer?.trim() === expected
}
