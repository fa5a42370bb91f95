import type { ObjectStore } from '../store/index.ts'
import type { Sender } from './address.ts'
import { emlTransport } from './eml-transport.ts'
import { messageIdOf } from './message-id.ts'
import { smtpTransport } from './smtp-transport.ts'
import type { Letter } from './transport.ts'

export interface Mailer {
  sender: Sender
  /** The same effect key is the same message, whoever sends it how often. */
  send(effectKey: string, letter: Letter): Promise<void>
  close(): void
}

export interface MailerOptions {
  sender: Sender
  /** Null: messages become `.eml` files in `files`. */
  smtpUrl: string | null
  files: ObjectStore
  /** After which a mail server that does not answer counts as away. */
  timeoutMs: number
}

export function createMailer({ sender, smtpUrl, files, timeoutMs }: MailerOptions): Mailer {
  const transport = smtpUrl === null ? emlTransport(files) : smtpTransport(smtpUrl, timeoutMs)
  const from = { name: sender.name === sender.address ? '' : sender.name, address: sender.address }
  return {
    sender,
    send: (effectKey, { to, ...letter }) =>
      transport.send({
        ...letter,
        from,
        to: { name: '', address: to },
        headers: { 'Auto-Submitted': 'auto-generated' }, // so that absence notes do not answer it (RFC 3834)
        effectKey,
        messageId: messageIdOf(effectKey, sender.domain),
      }),
    close: () => transport.close(),
  }
}
