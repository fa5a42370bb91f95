import { withDeadline } from '@sluice/runtime'
import { Semaphore, withTimeout } from 'async-mutex'
import { createTransport } from 'nodemailer'
import { UnreachableError } from '../unreachable.ts'
import { mailErrorOf } from './mail-error.ts'
import type { Transport } from './transport.ts'

/** Connections to the mail server, which are kept. More than this at once many servers refuse. */
const CONNECTIONS = 5

/** So long a server that was found away is not asked again: effects of other kinds must not queue behind it. */
const REST_MS = 2_000

/**
 * Through a mail server. What cannot be sent is given back at once, never queued here: the effect comes back by
 * itself, and a message that somebody gave up must not go out later.
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
  const restMs = Math.min(REST_MS, timeoutMs)
  let away: { code: string; until: number } | undefined

  return {
    async send({ effectKey: _, ...message }) {
      if (away && Date.now() < away.until) throw new UnreachableError(away.code)
      const [, release] = await connections.acquire()
      const sent = pooled.sendMail(message).finally(release)
      try {
        await withDeadline(sent, timeoutMs, 'mail')
      } catch (error) {
        const failure = mailErrorOf(error)
        if (failure instanceof UnreachableError) away = { code: failure.code, until: Date.now() + restMs }
        throw failure
      }
    },
    close: () => pooled.close(),
  }
}
