/** The kinds of messages that Sluice sends to the host application. */
export type MessageType =
  | 'entitlements.changed'
  | 'subscription.changed'
  | 'checkout.completed'
  | 'payment.succeeded'
  | 'payment.failed'
  | 'payment.refunded'
  | 'dispute.changed'
  | 'customer.linked'
  | 'generation.completed'
  | 'generation.failed'
  | 'generation.canceled'
  | 'import.completed'

/** A message as it is sent. `data` is the state at the time of sending. */
export interface Message {
  type: MessageType
  /** ISO 8601. */
  timestamp: string
  /** `version` grows: of two messages about one thing, the one with the greater version is the newer one. */
  data: { version: number } & Record<string, unknown>
}
