export interface Attachment {
  filename: string
  content: Buffer
  contentType: string
}

export interface Email {
  to: string
  subject: string
  text: string
  html: string
  attachments: Attachment[]
}

/** An e-mail with its sender and its identity, which is the same in every repeat. */
export interface Message extends Omit<Email, 'to'> {
  from: { name: string; address: string }
  to: { name: string; address: string }
  headers: Record<string, string>
  messageId: string
  effectKey: string
}

export interface Transport {
  /**
   * Resolves once the message is accepted.
   *
   * @throws {UnreachableError} when the mail server does not answer.
   * @throws {MailError} with the code of its answer when it refuses.
   */
  send(message: Message): Promise<void>
  close(): void
}
