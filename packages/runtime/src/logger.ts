import { trace } from '@opentelemetry/api'
import winston from 'winston'

export type Logger = winston.Logger

/** Alphabetical list of every key that a line may have besides `level`, `message`, `timestamp` and `app`. */
export interface LogKeys {
  attempt?: number
  durationMs?: number
  eventId?: string
  outcome?: string
  predictionId?: string
  provider?: string
  /** A coded reason, or the code of an error: never its text, which may quote what was sent to us. */
  reason?: string
  /** Where traces are sent: the one that the line belongs to. */
  traceId?: string
  type?: string
  [key: string]: string | number | boolean | undefined
}

const withTrace = winston.format((line) => {
  const traceId = trace.getActiveSpan()?.spanContext().traceId
  if (traceId !== undefined) line['traceId'] = traceId
  return line
})

/** One JSON object a line on stdout. */
export function createLogger(app: string, level = 'info'): Logger {
  return winston.createLogger({
    level,
    defaultMeta: { app },
    format: winston.format.combine(
      withTrace(),
      winston.format.timestamp(),
      winston.format.printf((line) => JSON.stringify(line)),
    ),
    transports: [new winston.transports.Console({ stderrLevels: [] })],
  })
}

/** What may be logged of something thrown: its code or its name. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

export interface RateLimitedLogger {
  warn(message: string, keys?: LogKeys): void
  error(message: string, keys?: LogKeys): void
}

/**
 * Lets one line per message and second through, so that an outage under load does not flood the disk.
 * The line that follows carries `suppressed`: how many were held back.
 */
export function rateLimited(logger: Logger, now: () => number = Date.now): RateLimitedLogger {
  const held = new Map<string, { since: number; suppressed: number }>()

  function log(level: 'warn' | 'error', message: string, keys: LogKeys = {}) {
    const last = held.get(message)
    if (last && now() - last.since < 1000) {
      last.suppressed += 1
      return
    }
    held.set(message, { since: now(), suppressed: 0 })
    logger.log(level, message, last?.suppressed ? { ...keys, suppressed: last.suppressed } : keys)
  }

  return {
    warn: (message, keys) => log('warn', message, keys),
    error: (message, keys) => log('error', message, keys),
  }
}
