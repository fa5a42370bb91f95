import { Writable } from 'node:stream'
import { trace } from '@opentelemetry/api'
import { errorsIn, placeOf } from '@sluice/events'
import winston from 'winston'
import { stdoutWriter } from './stdout.ts'

export type Logger = winston.Logger

/**
 * Keys of a line besides `level`, `message`, `timestamp` and `app`. The named keys have the same meaning everywhere; a
 * line may add others. Every value is an id, a code or a number. Text from outside is never logged.
 */
export interface LogKeys {
  attempt?: number
  durationMs?: number
  /** The row of an effect in the outbox, and its job. */
  effectId?: string
  eventId?: string
  /** The page of the board that shows it: on warnings and errors about an event or effect, if the address is known. */
  link?: string
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

/** Adds the page of the board about the event or effect that a warning or an error is about. */
const withLink = (boardUrl: string) =>
  winston.format((line) => {
    const { level, provider, eventId, effectId } = line
    if (level !== 'warn' && level !== 'error') return line
    const part = (value: unknown) => encodeURIComponent(String(value))
    if (effectId !== undefined) line['link'] = `${boardUrl}/queues/jobs/effects/${part(effectId)}`
    else if (provider !== undefined && eventId !== undefined)
      line['link'] = `${boardUrl}/e/${part(provider)}/${part(eventId)}`
    return line
  })()

/**
 * Logs JSON lines to stdout. A line that cannot be written is dropped and counted, and ends nothing.
 *
 * @param boardUrl how people reach the board; default: lines have no links
 */
export function createLogger(app: string, level = 'info', boardUrl?: string): Logger {
  const { write } = stdoutWriter(app)
  const stream = new Writable({
    decodeStrings: false,
    write: (line, _encoding, done) => {
      write(line)
      done()
    },
  })
  return winston.createLogger({
    level,
    defaultMeta: { app },
    format: winston.format.combine(
      withTrace(),
      ...(boardUrl === undefined ? [] : [withLink(boardUrl)]),
      winston.format.timestamp(),
      winston.format.printf((line) => JSON.stringify(line)),
    ),
    transports: [new winston.transports.Stream({ stream, eol: '\n' })],
  })
}

/**
 * The loggable part of an error: the code of its innermost cause (errno, SQLSTATE, a code of ours), or its class, file
 * and line for a bug. For a plain `Error` without a code, the code of the error that wraps it.
 */
export function reasonOf(thrown: unknown): string {
  const errors = errorsIn(thrown)
  const innermost = errors.at(-1)
  if (innermost === undefined) return 'unknown'
  const code = codeOf(innermost) ?? (innermost.name === 'Error' ? errors.map(codeOf).findLast(isDefined) : undefined)
  return code ?? placeOf(innermost)
}

/** Prisma's errors contain the driver's code: a SQLSTATE, or a name such as DatabaseNotReachable. */
interface CodedError {
  code?: unknown
  meta?: { driverAdapterError?: { cause?: { originalCode?: unknown; kind?: unknown } } }
}

/** The word that a refusal of Redis begins with: OOM, READONLY, MISCONF, NOPERM, WRONGPASS. */
const REDIS_WORD = /^[A-Z]{2,}/

/** Codes of Node's argument checks (ERR_INVALID_ARG_TYPE) are ignored, because they indicate a bug. */
function codeOf(error: Error): string | undefined {
  if (error.name === 'ReplyError') return REDIS_WORD.exec(error.message)?.[0]
  const { code, meta } = error as CodedError
  const driver = meta?.driverAdapterError?.cause
  const said = driver?.originalCode ?? driver?.kind ?? code
  return typeof said === 'string' && !said.startsWith('ERR_INVALID_') ? said : undefined
}

const isDefined = <T>(value: T | undefined): value is T => value !== undefined

export interface ThrottledLogger {
  warn(message: string, keys?: LogKeys): void
  error(message: string, keys?: LogKeys): void
}

/**
 * Logs each message at most once a second, so that an outage under load does not flood the disk.
 * The next line of that message carries `suppressed`, the number of lines left out.
 */
export function throttledLogger(logger: Logger, now = () => performance.now()): ThrottledLogger {
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
