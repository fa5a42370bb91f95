import type { Logger } from './logger.ts'

const TEXT_MAX = 300

/** The login in an address. */
const LOGIN = /\/\/[^@\s/]*@/g

/**
 * Turns Node's process warnings, and lines that libraries print with `console`, into log lines, so that stdout and
 * stderr have JSON lines only. Of a printed line only a leading text is kept: further values may be data.
 */
export function logLibraryOutput(logger: Logger): void {
  process.removeAllListeners('warning')
  process.on('warning', (warning: Error & { code?: string }) => {
    logger.warn('Process warning', { reason: warning.code ?? warning.name, text: shortened(warning.message) })
  })
  for (const [method, level] of Object.entries({ log: 'info', info: 'info', warn: 'warn', error: 'error' } as const)) {
    console[method as 'log'] = (first?: unknown) => {
      logger.log(level, 'Library message', { text: typeof first === 'string' ? shortened(first) : typeof first })
    }
  }
}

const shortened = (text: string): string => text.replaceAll(LOGIN, '//…@').trim().slice(0, TEXT_MAX)
