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
