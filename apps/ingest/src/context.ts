import type { DeliveryLog, Inbox } from '@sluice/database/append'
import type { EventSigner, Producer } from '@sluice/queue'
import type { Logger } from '@sluice/runtime/logger'

export interface Settings {
  production: boolean
  /** Whether health and metrics are on a port of their own and not on the webhook port. */
  hasOpsPort: boolean
  /** Signing secrets by provider. Without one, its routes answer 503, unless unsigned requests are allowed. */
  secrets: Record<string, readonly string[]>
  toleranceSeconds: number
  /** Per client address; 0: no limit. */
  rateLimitPerMinute: number
  rateLimitScope: 'rejected' | 'all'
  /** Number of proxies in front of ingest whose `X-Forwarded-For` is trusted. */
  trustProxy: number
  /** Addresses and CIDR ranges by provider; empty: any address. */
  allowedAddresses: Record<string, readonly string[]>
}

/** The stores, logger and settings of the server. */
export interface Ingest {
  inbox: Inbox
  /** Records repeats and refusals. */
  deliveries: DeliveryLog
  producer: Producer
  /** Signs the events that ride in jobs. */
  signer: EventSigner
  logger: Logger
  settings: Settings
  /** Called for each request that a signing secret of this provider has verified. */
  verified(provider: string): void
}
