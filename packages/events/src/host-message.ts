/** The types of messages to the host application. `packages/host/schemas` describes each. */
export const HOST_MESSAGE_TYPES = [
  'entitlements.changed',
  'subscription.changed',
  'checkout.completed',
  'payment.succeeded',
  'payment.failed',
  'payment.refunded',
  'dispute.changed',
  'customer.linked',
  'generation.completed',
  'generation.failed',
  'generation.canceled',
  'import.completed',
] as const

export type HostMessageType = (typeof HOST_MESSAGE_TYPES)[number]

/** A finished import, which no row describes. */
export interface ImportSummary {
  provider: string
  /** ISO 8601; null: everything. */
  since: string | null
  lists: { name: string; listed: number; added: number }[]
}
