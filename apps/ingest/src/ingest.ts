import type { Inbox } from '@sluice/database/append'
import type { Producer } from '@sluice/queue'
import type { Logger } from '@sluice/runtime/logger'

export interface Settings {
  production: boolean
  /** Signing secrets by provider; none = its routes are not configured. */
  secrets: Record<string, readonly string[]>
  toleranceSeconds: number
  /** Per client address; 0 = no limit. */
  rateLimitPerMinute: number
  rateLimitScope: 'rejected' | 'all'
  /** Proxies in front of us that may be believed about the client's address. */
  trustProxy: number
  /** Addresses and CIDR ranges by provider; none = anybody may try. */
  allowedAddresses: Record<string, readonly string[]>
}

/** What the server works with. */
export interface Ingest {
  inbox: Inbox
  producer: Producer
  logger: Logger
  settings: Settings
}
