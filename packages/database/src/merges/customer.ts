import type { CustomerFact } from '@sluice/events'
import { columnsOfLinks, joinLinks, type Links, linkedUsers, linksOf } from './links.ts'
import type { Merge } from './merge-rows.ts'
import { compact, digestOf, greatest } from './order.ts'
import { columnsOfOrigin, givesAccess, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'
import { originRulesOf } from './subscription-access.ts'

export interface CustomerRegisters extends Origin {
  contact?: { email: string | null; deleted: boolean; occurredAt: string; digest: string }
  locales?: { preferred: string; occurredAt: string }
  /** The default payment method: `id` is null if there is none. */
  payment?: { id: string | null; occurredAt: string }
  links?: Links
  /** The only link in rows of earlier versions. */
  link?: { userId: string; by: 'client_reference_id' | 'metadata'; occurredAt: string }
  isSubscriber?: true
}

/** Keeps the newest contact data, where `deleted` is final, the newest languages and default, and links to users. */
export const customerMerge: Merge<CustomerFact, CustomerRegisters> = {
  table: 'customers',
  key: 'stripe_customer_id',
  types: {
    livemode: 'boolean',
    deleted: 'boolean',
    link_user_ids: 'text[]',
    own_user_ids: 'text[]',
    is_subscriber: 'boolean',
    gives_access: 'boolean',
  },
  shown: 'user_id account livemode deleted link_user_id link_user_ids own_user_ids is_subscriber',
  hostReads: 'stripe_customer_id user_id account livemode email deleted preferred_locales default_payment_method',
  volatile: 'access_rules',
  keyOf: ({ customerId }) => customerId,
  customerOf: ({ customerId }) => customerId,

  registersOf: ({ contact, preferredLocales, defaultPaymentMethod, links, isSubscriber, occurredAt, ...fact }) =>
    compact({
      ...originOf(fact),
      payment:
        defaultPaymentMethod === undefined
          ? undefined
          : { id: defaultPaymentMethod, occurredAt: occurredAt.toISOString() },
      contact: contact && { occurredAt: occurredAt.toISOString(), digest: digestOf(contact), ...contact },
      locales: preferredLocales && { occurredAt: occurredAt.toISOString(), preferred: preferredLocales.join() },
      links: linksOf(links, occurredAt),
      isSubscriber,
    }),

  join: ofOneOrigin((a, b) =>
    compact({
      ...joinOrigins(a, b),
      payment: greatest(a.payment, b.payment, ({ id, occurredAt }) => [occurredAt, id !== null, id ?? '']),
      contact: greatest(a.contact, b.contact, ({ deleted, occurredAt, digest }) => [deleted, occurredAt, digest]),
      locales: greatest(a.locales, b.locales, ({ occurredAt, preferred }) => [occurredAt, preferred]),
      links: joinLinks(allLinks(a), allLinks(b)),
      isSubscriber: a.isSubscriber ?? b.isSubscriber,
    }),
  ),

  columnsOf: (registers, rules) => ({
    ...columnsOfOrigin(registers),
    email: registers.contact?.email ?? null,
    preferred_locales: registers.locales?.preferred || null,
    deleted: registers.contact?.deleted ?? false,
    default_payment_method: registers.payment?.id ?? null,
    ...columnsOfAccess(registers, givesAccess(registers, rules)),
    access_rules: originRulesOf(registers, rules),
  }),
}

function columnsOfAccess(registers: CustomerRegisters, gives: boolean) {
  const links = gives ? allLinks(registers) : undefined
  return {
    gives_access: gives,
    is_subscriber: gives && (registers.isSubscriber ?? false),
    link_user_id: linkedUsers(links)[0] ?? null,
    ...columnsOfLinks(links),
  }
}

const allLinks = ({ links, link }: CustomerRegisters): Links | undefined =>
  link ? joinLinks(links, linksOf([{ ...link, since: new Date(link.occurredAt) }], new Date(0))) : links
