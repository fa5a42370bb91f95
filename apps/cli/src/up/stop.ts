/** Aborts at the first Ctrl-C, SIGTERM, closed terminal or end of `npm start`. Further signals change nothing. */
export function onStop(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort())
  process.once('disconnect', () => controller.abort())
  process.channel?.unref()
  return controller.signal
}
