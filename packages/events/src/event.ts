/** What a provider told us, once its signature held. */
export interface Event {
  provider: string
  /** The provider's own id of the event (Stripe `evt_…`, Replicate `webhook-id`): with `provider`, unique in the inbox. */
  eventId: string
  type: string
  /** Stripe Connect account the object belongs to; null for one's own. */
  account: string | null
  livemode: boolean | null
  apiVersion: string | null
  /** When the provider says it happened. Deliveries come in any order. */
  occurredAt: Date | null
}

/** An event on its way into the inbox: what ingest verified, with the exact bytes. */
export interface VerifiedEvent extends Event {
  /** Events that share it are processed one after the other; others never wait for each other. */
  orderingKey: string
  customerId: string | null
  subscriptionId: string | null
  /** Only what verification and support need: never cookies or credentials. */
  headers: Record<string, string>
  rawBody: Buffer
}

/** What a handler is given: the event and its body, parsed. */
export interface ReceivedEvent extends Event {
  payload: unknown
}
