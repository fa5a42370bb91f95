import { SluiceError } from '@sluice/events'

/** Something did not answer in time. */
export class DeadlineError extends SluiceError {
  override readonly name = 'DeadlineError'

  constructor(message: string) {
    super('deadline_exceeded', message)
  }
}

/**
 * The outcome of `promise`, if it comes within `milliseconds`. The work itself goes on: it is only waited for no longer.
 * @throws DeadlineError that names `what` was waited for.
 */
export async function withDeadline<T>(promise: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(`${what} took over ${milliseconds} ms`)), milliseconds)
  })
  try {
    return await Promise.race([promise, deadline])
  } finally {
    clearTimeout(timer)
  }
}
