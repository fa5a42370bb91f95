/** Aborts at the first wish to stop: Ctrl-C, SIGTERM, a closed terminal, the end of `npm start`. Others change nothing. */
export function onStop(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort())
  process.once('disconnect', () => controller.abort())
  process.channel?.unref()
  return controller.signal
}
