import { createInterface } from 'node:readline/promises'

/** Asks a person at a terminal to type this text. False without a terminal. */
export async function confirm(question: string, expected: string): Promise<boolean> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await terminal.question(question)).trim() === expected
  } finally {
    terminal.close()
  }
}
