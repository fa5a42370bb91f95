import type { ObjectStore } from '../store/index.ts'
import type { Sender } from './address.ts'
import { emlTransport } from './eml-transport.ts'
import { messageIdOf } from './message-id.ts'
import { smtpTransport } from './smtp-transport.ts'
import type { Email } from './transport.ts'

export interface Mailer {
  sender: Sender
  /** Idempotent per effect key: a repeat has the same Message-ID. */
  send(effectKey: string, email: Email): Promise<void>
  close(): void
}

export interface MailerOptions {
  sender: Sender
  /** Null: messages become `.eml` files in `files`. */
  smtpUrl: string | null
  files: ObjectStore
  /** Time limit for the mail server, in milliseconds. After it the server is unreachable. */
  timeoutMs: number
}

export function createMailer({ sender, smtpUrl, files, timeoutMs }: MailerOptions): Mailer {
  const transport = smtpUrl === null ? emlTransport(files) : smtpTransport(smtpUrl, timeoutMs)
  const from = { name: sender.name === sender.address ? '' : sender.name, address: sender.address }
  return {
    sender,
    send: (effectKey, { to, ...email }) =>
      transport.send({
        ...email,
        from,
        to: { name: '', address: to },
        headers: { 'Auto-Submitted': 'auto-generated' }, // suppresses automatic replies (RFC 3834)
        effectKey,
        messageId: messageIdOf(effectKey, sender.domain),
      }),
    close: () => transport.close(),
  }
}
