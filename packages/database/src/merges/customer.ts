import type { CustomerFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { compact, digestOf, greatest, known, least } from './order.ts'

interface Registers {
  account?: string | null
  livemode?: boolean | null
  contact?: { email: string | null; deleted: boolean; occurredAt: string; digest: string }
  locales?: { preferred: string; occurredAt: string }
  link?: { userId: string; by: 'client_reference_id' | 'metadata'; occurredAt: string }
}

/**
 * Keeps the newest contact data, where `deleted` is final, the newest languages, and the strongest link to a user: `client_reference_id`
 * before `metadata`, then the earliest.
 */
export const customerMerge: Merge<CustomerFact, Registers> = {
  table: 'customers',
  key: 'stripe_customer_id',
  types: { livemode: 'boolean', deleted: 'boolean' },
  shown: 'user_id account livemode deleted link_user_id',
  keyOf: ({ customerId }) => customerId,
  customerOf: ({ customerId }) => customerId,

  registersOf: ({ account, livemode, contact, preferredLocales, link, occurredAt }) =>
    compact({
      account,
      livemode,
      contact: contact && { occurredAt: occurredAt.toISOString(), digest: digestOf(contact), ...contact },
      locales: preferredLocales && { occurredAt: occurredAt.toISOString(), preferred: preferredLocales.join() },
      link: link && { occurredAt: occurredAt.toISOString(), ...link },
    }),

  join: (a, b) =>
    compact({
      account: known(a.account, b.account) ?? null,
      livemode: known(a.livemode, b.livemode) ?? null,
      contact: greatest(a.contact, b.contact, ({ deleted, occurredAt, digest }) => [deleted, occurredAt, digest]),
      locales: greatest(a.locales, b.locales, ({ occurredAt, preferred }) => [occurredAt, preferred]),
      link: least(a.link, b.link, ({ by, occurredAt, userId }) => [by, occurredAt, userId]), // client_reference_id < metadata
    }),

  columnsOf: ({ account, livemode, contact, locales, link }) => ({
    account: account ?? null,
    livemode: livemode ?? null,
    email: contact?.email ?? null,
    preferred_locales: locales?.preferred || null,
    deleted: contact?.deleted ?? false,
    link_user_id: link?.userId ?? null,
  }),
}
