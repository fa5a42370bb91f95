import { EXIT } from './exit-codes.ts'

/** The first Ctrl-C requests a stop. A second one ends the process as usual. */
export function interruptible() {
  const stopping = new AbortController()
  const stop = () => {
    process.exitCode = EXIT.failed
    stopping.abort()
  }
  process.once('SIGINT', stop)
  return { signal: stopping.signal, dispose: () => process.off('SIGINT', stop) }
}
