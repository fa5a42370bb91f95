import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Whether the process with this id runs `script`. Ids are reused, immediately in a restarted container, so the command
 * line is also compared if the system provides it.
 */
export function runs(pid: number, script: string): boolean {
  if (pid === process.pid || !isAlive(pid)) return false
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(script)
  } catch {
    return process.platform !== 'linux'
  }
}

/** Sends SIGTERM, and SIGKILL if the process still runs after `patienceMs`. */
export async function end(pid: number, patienceMs: number): Promise<void> {
  send(pid, 'SIGTERM')
  const deadline = Date.now() + patienceMs
  while (isAlive(pid) && Date.now() < deadline) await pause(50)
  send(pid, 'SIGKILL')
}

function isAlive(pid: number): boolean {
  return send(pid, 0)
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
