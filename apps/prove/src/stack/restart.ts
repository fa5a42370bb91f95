import type { Supervised } from './supervise.ts'

/** Restarts one after the other with these variables, so that the others go on meanwhile. */
export async function restartInTurn(apps: Supervised[], env: Record<string, string>): Promise<void> {
  for (const app of apps) {
    app.change(env)
    await app.kill('SIGTERM')
    await app.ready()
  }
}
