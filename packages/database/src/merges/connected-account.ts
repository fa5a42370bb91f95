import type { ConnectedAccountFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { greatest, known, later } from './order.ts'

interface Registers {
  livemode: boolean | null
  latest: { second: string; deauthorized: boolean }
  /** When it authorized us last. */
  authorizedAt?: string
}

/** The latest event decides whether we may act for an account, because an account can disconnect and reconnect. */
export const connectedAccountMerge: Merge<ConnectedAccountFact, Registers> = {
  table: 'connected_accounts',
  key: 'account',
  types: { livemode: 'boolean', deauthorized: 'boolean' },
  shown: 'livemode deauthorized',
  hostReads: 'account livemode deauthorized',
  keyOf: ({ accountId }) => accountId,

  registersOf: ({ livemode, occurredAt, deauthorized, isAuthorization }) => ({
    livemode,
    latest: { second: occurredAt.toISOString(), deauthorized },
    ...(isAuthorization && { authorizedAt: occurredAt.toISOString() }),
  }),

  join: (a, b) => {
    const authorizedAt = greatest(a.authorizedAt, b.authorizedAt, (second) => [second])
    return {
      livemode: known(a.livemode, b.livemode) ?? null,
      latest: later(a.latest, b.latest, ({ second, deauthorized }) => [second, deauthorized]),
      ...(authorizedAt !== undefined && { authorizedAt }),
    }
  },

  columnsOf: ({ livemode, latest: { deauthorized } }) => ({ livemode, deauthorized }),
}
