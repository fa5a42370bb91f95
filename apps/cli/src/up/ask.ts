import { createInterface } from 'node:readline/promises'
import type { Ask } from './apps.ts'

/** Asks on the terminal, where Enter means yes, and Ctrl-D no. Undefined if nobody can answer. */
export function askInTerminal(stop: AbortSignal): Ask {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stdout })
    const closed = new AbortController()
    terminal.once('close', () => closed.abort())
    terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    const signal = AbortSignal.any([stop, closed.signal])
    const answer = await terminal.question(`  ${question} [Y/n] `, { signal }).catch(() => 'no')
    terminal.close()
    stop.throwIfAborted()
    return /^(y(es)?)?$/i.test(answer.trim())
  }
}
