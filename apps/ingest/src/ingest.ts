import type { Inbox } from '@sluice/database/append'
import type { Producer } from '@sluice/queue'
import type { Logger } from '@sluice/runtime/logger'

export interface Settings {
  production: boolean
  /** Signing secrets by provider; empty = its routes are not configured. */
  secrets: Record<string, readonly string[]>
  toleranceSeconds: number
  /** Per client address; 0 = no limit. */
  rateLimitPerMinute: number
  rateLimitScope: 'rejected' | 'all'
  /** Number of proxies in front whose word on the client's address is believed. */
  trustProxy: number
  /** Addresses and CIDR ranges by provider; empty = any address. */
  allowedAddresses: Record<string, readonly string[]>
}

/** The stores, logger and settings of the server. */
export interface Ingest {
  inbox: Inbox
  producer: Producer
  logger: Logger
  settings: Settings
}
