import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'

/** The operating system user that a store runs as, as `child_process` takes it. */
export interface Account {
  uid: number
  gid: number
}

export interface Outcome {
  exitCode: number
  /** Output of both streams, trimmed. */
  output: string
}

/** Runs a program to its end. Exit code 127 if it cannot be started, as in a shell. */
export function run(
  program: string,
  args: string[],
  account: Account | null = null,
  env = process.env,
): Promise<Outcome> {
  return new Promise((resolve) => {
    // Not the caller's working directory: the account may have no access to it.
    const child = spawn(program, args, { ...account, env, cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] })
    const printed: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => printed.push(chunk))
    child.once('error', (error) => resolve({ exitCode: 127, output: error.message }))
    child.once('close', (exitCode) => {
      resolve({ exitCode: exitCode ?? 1, output: Buffer.concat(printed).toString().trim() })
    })
  })
}
