import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { hostSecrets } from '../lib/host/settings.ts'
import { ROOT } from './root.ts'

export interface Messages {
  /** The secret that the application verifies them with. */
  env: Record<string, string>
  stop(): Promise<void>
}

/**
 * Forwards the messages of Sluice to an application by `sluice listen`, unless HOST_WEBHOOK_URL names where they go. Resolves
 * when workers send; where none can, the command has said why.
 *
 * @throws if there is no secret to sign messages with
 */
export async function startMessages(port: number): Promise<Messages> {
  const env = { HOST_WEBHOOK_SECRET: hostSecrets().join(',') }
  if (process.env['HOST_WEBHOOK_URL']) return { env, stop: async () => {} }
  const args = [join(ROOT, 'apps/cli/dist/main.js'), 'listen', '--forward-to', `localhost:${port}/sluice`]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  await Promise.race([once(child.stdout, 'data'), ended])
  child.stdout.resume()
  return {
    env,
    stop: async () => {
      child.kill()
      await ended
    },
  }
}
