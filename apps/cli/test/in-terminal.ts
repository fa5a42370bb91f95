import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { entryOf, withFolder } from '@sluice/testing'
import type { Ended } from './sluice.ts'

/**
 * Runs `sluice` on a pseudo-terminal, as a person does, and types once it asks.
 *
 * @param asks the end of its question
 */
export const inTerminal = (args: string[], env: Record<string, string>, asks: string, typed: string): Promise<Ended> =>
  withFolder(async (cwd) => {
    const command = [process.execPath, entryOf('cli'), ...args].map((word) => `'${word}'`).join(' ')
    // https://man7.org/linux/man-pages/man1/script.1.html
    const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let output = ''
    let hasAnswered = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (hasAnswered || !output.includes(asks)) return
      hasAnswered = true
      child.stdin.write(typed)
    })
    const [exitCode] = await once(child, 'close')
    return { exitCode, output }
  })
