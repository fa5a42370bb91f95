/** An event of a provider whose signature was verified. */
export interface Event {
  provider: string
  /** The provider's own id of the event (Stripe `evt_…`, Replicate `webhook-id`): with `provider`, unique in the inbox. */
  eventId: string
  type: string
  /** Connected account of the object (Stripe Connect); null for the platform's own. */
  account: string | null
  livemode: boolean | null
  apiVersion: string | null
  /** Time of the event, from the provider. Deliveries arrive in any order. */
  occurredAt: Date | null
}

/** A verified event with its exact bytes, to be appended to the inbox. */
export interface VerifiedEvent extends Event {
  /** Events with the same key are processed one at a time; other events do not wait for them. */
  orderingKey: string
  customerId: string | null
  subscriptionId: string | null
  /** Only the headers that verification and support need, never cookies or credentials. */
  headers: Record<string, string>
  rawBody: Buffer
}

/** The input of a handler: the event and its parsed body. */
export interface ReceivedEvent extends Event {
  payload: unknown
}
