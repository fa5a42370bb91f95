import type { ConnectedAccountFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { known, later } from './order.ts'

interface Registers {
  livemode: boolean | null
  latest: { second: string; deauthorized: boolean }
}

/** The latest event decides whether we may act for an account, because an account can disconnect and reconnect. */
export const connectedAccountMerge: Merge<ConnectedAccountFact, Registers> = {
  table: 'connected_accounts',
  key: 'account',
  types: { livemode: 'boolean', deauthorized: 'boolean' },
  shown: 'livemode deauthorized',
  keyOf: ({ accountId }) => accountId,

  registersOf: ({ livemode, occurredAt, deauthorized }) => ({
    livemode,
    latest: { second: occurredAt.toISOString(), deauthorized },
  }),

  join: (a, b) => ({
    livemode: known(a.livemode, b.livemode) ?? null,
    latest: later(a.latest, b.latest, ({ second, deauthorized }) => [second, deauthorized]),
  }),

  columnsOf: ({ livemode, latest: { deauthorized } }) => ({ livemode, deauthorized }),
}
