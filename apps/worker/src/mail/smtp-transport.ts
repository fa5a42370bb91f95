import { withDeadline } from '@sluice/runtime'
import { createTransport } from 'nodemailer'
import { Unreachable } from '../unreachable.ts'
import { mailFailureOf } from './mail-failure.ts'
import type { Transport } from './mailer.ts'
import { createSlots } from './slots.ts'

/** Connections to the mail server, which are kept. More than this at once many servers refuse. */
const CONNECTIONS = 5

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
  const slots = createSlots(CONNECTIONS)

  return {
    async send({ effectKey: _, ...message }) {
      const release = await slots.take(timeoutMs / 2)
      if (!release) throw new Unreachable('smtp_busy')
      const sent = pooled.sendMail(message).finally(release)
      try {
        await withDeadline(sent, timeoutMs, 'mail')
      } catch (error) {
        throw mailFailureOf(error)
      }
    },
    close: () => pooled.close(),
  }
}
