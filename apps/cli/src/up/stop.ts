/** Aborts at the first wish to stop: Ctrl-C, SIGTERM, or a closed terminal. Further ones change nothing. */
export function onStop(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort())
  return controller.signal
}
