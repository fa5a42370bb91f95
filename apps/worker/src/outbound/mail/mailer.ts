import type { ObjectStore } from '../store/index.ts'
import type { Sender } from './address.ts'
import { emlTransport } from './eml-transport.ts'
import { messageIdOf } from './message-id.ts'
import { smtpTransport } from './smtp-transport.ts'

export interface Attachment {
  filename: string
  content: Buffer
  contentType: string
}

export interface Letter {
  to: string
  subject: string
  text: string
  html: string
  attachments: Attachment[]
}

/** A letter with its sender and the identity that stays the same however often it is sent. */
export interface Message extends Omit<Letter, 'to'> {
  from: { name: string; address: string }
  to: { name: string; address: string }
  headers: Record<string, string>
  messageId: string
  effectKey: string
}

/** Takes a message over, or throws: `UnreachableError`, or a `MailError` with the code of the answer. */
export interface Transport {
  send(message: Message): Promise<void>
  close(): void
}

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
