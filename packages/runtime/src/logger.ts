import { trace } from '@opentelemetry/api'
import winston from 'winston'

export type Logger = winston.Logger

/**
 * Keys of a line besides `level`, `message`, `timestamp` and `app`. The named ones mean the same everywhere; a line may
 * add others. Every value is an id, a code or a number: text that came from outside is never logged.
 */
export interface LogKeys {
  attempt?: number
  durationMs?: number
  eventId?: string
  outcome?: string
  predictionId?: string
  provider?: string
  /** A code, never the text of an error, which may quote a request or a row. */
  reason?: string
  /** Set while traces are sent. */
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

/** The loggable part of an error: its code, else its name. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

export interface ThrottledLogger {
  warn(message: string, keys?: LogKeys): void
  error(message: string, keys?: LogKeys): void
}

/**
 * Logs each message at most once a second, so that an outage under load does not flood the disk.
 * The next line of that message carries `suppressed`, the number of lines left out.
 */
export function throttledLogger(logger: Logger, now: () => number = Date.now): ThrottledLogger {
  const lines = new Map<string, { loggedAt: number; suppressed: number }>()

  function log(level: 'warn' | 'error', message: string, keys: LogKeys = {}) {
    const last = lines.get(message)
    if (last && now() - last.loggedAt < 1000) {
      last.suppressed += 1
      return
    }
    lines.set(message, { loggedAt: now(), suppressed: 0 })
    logger.log(level, message, last?.suppressed ? { ...keys, suppressed: last.suppressed } : keys)
  }

  return {
    warn: (message, keys) => log('warn', message, keys),
    error: (message, keys) => log('error', message, keys),
  }
}
