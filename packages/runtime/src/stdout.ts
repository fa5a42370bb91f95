import { createLineWriter, type LineWriter } from './line-writer.ts'
import { labelOf, metrics } from './metrics.ts'

const REASONS: ReadonlySet<string> = new Set(['slow_reader', 'EPIPE', 'ENOSPC', 'EDQUOT', 'EIO'])

let writer: LineWriter | undefined

/** The only writer of log lines to stdout. Its drops are in the metrics, and in a line of their own afterwards. */
export function stdoutWriter(app: string): LineWriter {
  if (writer) return writer
  // The first access puts a pipe into non-blocking mode. Other code writes there too, and its errors end nothing either.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  writer = createLineWriter(1, {
    onDropped: ({ lines, reason }) => metrics.logLinesDropped.inc({ reason: labelOf(REASONS, reason) }, lines),
    notice: ({ lines, reason }) => {
      const timestamp = new Date().toISOString()
      return `${JSON.stringify({ level: 'warn', message: 'Log lines dropped', app, lines, reason, timestamp })}\n`
    },
  })
  process.once('exit', writer.flush)
  return writer
}
