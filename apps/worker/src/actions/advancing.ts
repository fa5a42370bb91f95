import type { ActionContext } from './context.ts'

/** Progress of steps that do not wait for it: writes the newest count whenever the write before has ended. */
export function advancing({ signal, progress }: Pick<ActionContext, 'signal' | 'progress'>, total: number) {
  let done = 0
  let writing: Promise<void> | undefined
  return {
    /** @throws once the run must end */
    advance(more: number): void {
      signal.throwIfAborted()
      done += more
      writing ??= progress(done, total)
        .catch(() => {}) // the next step sees the signal
        .finally(() => {
          writing = undefined
        })
    },
    async finish(): Promise<void> {
      await writing
      await progress(done, total)
    },
  }
}
