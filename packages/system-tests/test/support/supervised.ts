import { fileURLToPath } from 'node:url'
import { freePort } from '@sluice/dev-services'
import { type Stack, startProcess } from '@sluice/testing'

/** Workers with the poison in them, each started again when it dies, as a supervisor does. */
export async function withPoisoned(
  stack: Stack,
  count: number,
  use: (deaths: () => number) => Promise<void>,
): Promise<void> {
  const script = fileURLToPath(new URL('poisoned-worker.mjs', import.meta.url))
  const running = new Set<ReturnType<typeof startProcess>>()
  let deaths = 0
  let over = false

  const keepAlive = async () => {
    while (!over) {
      const worker = startProcess(script, [], { env: { ...stack.env, WORKER_PORT: String(await freePort()) } })
      running.add(worker)
      await worker.exited
      running.delete(worker)
      if (!over) deaths += 1
    }
  }
  const lanes = Array.from({ length: count }, keepAlive)
  try {
    await use(() => deaths)
  } finally {
    over = true
    await Promise.all([...running].map((worker) => worker.kill()))
    await Promise.all(lanes)
  }
}
