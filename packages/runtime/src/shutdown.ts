import { withDeadline } from './deadline.ts'
import { type Logger, reasonOf } from './logger.ts'

/** Shutdown steps by name, in order. */
export type ShutdownSteps = Record<string, () => unknown>

/**
 * On SIGTERM or SIGINT, runs `steps` one after another and exits: with 0 if all succeed within `deadlineMs`, else with
 * 1. Later steps run even if one fails. A second signal ends the process at once.
 */
export function onShutdown(logger: Logger, deadlineMs: number, steps: ShutdownSteps): void {
  let stopping = false

  async function stop(signal: NodeJS.Signals) {
    if (stopping) process.exit(1)
    stopping = true
    logger.info('Stopping', { reason: signal })
    const clean = await withDeadline(runAll(logger, steps), deadlineMs, 'Shutdown').catch((error: unknown) => {
      logger.error('Stopped after the time limit', { reason: reasonOf(error) })
      return false
    })
    logger.info('Stopped')
    process.exit(clean ? 0 : 1)
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))
}

async function runAll(logger: Logger, steps: ShutdownSteps): Promise<boolean> {
  let clean = true
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step()
    } catch (error) {
      clean = false
      logger.error('Could not stop cleanly', { step: name, reason: reasonOf(error) })
    }
  }
  return clean
}
