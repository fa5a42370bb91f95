export interface Attachment {
  filename: string
  content: Buffer
  contentType: string
  /** Content-ID of an image that the HTML shows. */
  cid?: string
  /** Name of the stored document that it is. */
  storageKey?: string
}

export interface Email {
  to: string
  /** Where an answer goes; default: the sender. */
  replyTo?: string | undefined
  subject: string
  text: string
  html: string
  attachments: Attachment[]
}

/** An e-mail with its sender and its Message-ID, which is the same in every repeat. */
export interface Message extends Omit<Email, 'to'> {
  from: { name: string; address: string }
  to: { name: string; address: string }
  headers: Record<string, string>
  messageId: string
  effectKey: string
}

export interface Transport {
  /**
   * Resolves once the mail server has accepted the message.
   *
   * @throws {UnreachableError} when the mail server does not answer, or not yet take the message.
   * @throws {DeliveryUnknownError} when it took the message and confirmed nothing.
   * @throws {ConfigurationError} when it cannot be used with these settings.
   * @throws {MailError} with the reply code when the mail server rejects the message.
   */
  send(message: Message): Promise<void>
  close(): void
}
