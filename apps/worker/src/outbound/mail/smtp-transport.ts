import { withDeadline } from '@sluice/runtime/deadline'
import { Semaphore, withTimeout } from 'async-mutex'
import { createTransport } from 'nodemailer'
import { UnreachableError } from '../unreachable.ts'
import { mailErrorOf } from './mail-error.ts'
import type { Transport } from './transport.ts'

/** Maximum number of open connections to the mail server. Many servers refuse more. */
const CONNECTIONS = 5

/** Pause after the server was unreachable, so that effects of other kinds do not queue behind it. */
const PAUSE_MS = 2_000

/**
 * Sends e-mail over SMTP. A message that cannot be sent fails at once and is never queued, because the effect is
 * retried, and a message must not be sent after its effect has failed.
 */
export function smtpTransport(url: string, timeoutMs: number): Transport {
  const pooled = createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    maxRequeues: 0,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const connections = withTimeout(new Semaphore(CONNECTIONS), timeoutMs / 2, new UnreachableError('smtp_busy'))
  const pauseMs = Math.min(PAUSE_MS, timeoutMs)
  let unreachable: { code: string; until: number } | undefined

  return {
    async send({ effectKey: _, ...message }) {
      if (unreachable && Date.now() < unreachable.until) throw new UnreachableError(unreachable.code)
      const [, release] = await connections.acquire()
      const sent = pooled.sendMail(message).finally(release)
      try {
        await withDeadline(sent, timeoutMs, 'mail')
      } catch (error) {
        const mailError = mailErrorOf(error)
        if (mailError instanceof UnreachableError) unreachable = { code: mailError.code, until: Date.now() + pauseMs }
        throw mailError
      }
    },
    close: () => pooled.close(),
  }
}
