import { SluiceError } from '@sluice/events'

/**
 * The mail server got the message and did not say what became of it, so it may have been delivered. Each further try
 * may be one more copy, which only some mail systems recognize by its Message-ID.
 */
export class DeliveryUnknownError extends SluiceError {
  override readonly name = 'DeliveryUnknownError'

  /** @param code of the connection, such as `ETIMEDOUT` */
  constructor(code: string) {
    super('may_have_been_delivered', `the mail server took the message and confirmed nothing (${code})`)
  }
}
