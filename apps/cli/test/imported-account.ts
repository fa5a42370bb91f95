import { customerObject, MONTHLY, subscriptionObject } from '@sluice/simulator'
import { type StripeObject, type TestStripe, withStripe } from '@sluice/testing/stand-ins'
import type { Ended } from './sluice.ts'
import { type Inbox, withInbox } from './with-inbox.ts'

/** Yesterday, in Unix seconds. */
export const CREATED = Math.floor(Date.now() / 1000) - 86_400

export const customer = (id: string, fields: object = {}): StripeObject => ({
  ...customerObject({ id, email: `${id}@example.com`, created: CREATED }),
  ...fields,
})

export const subscription = (id: string, customerId: string, status: string): StripeObject =>
  subscriptionObject({
    id,
    customerId,
    price: MONTHLY,
    status,
    created: CREATED,
    periodEnd: CREATED + 30 * 86_400,
  }) as StripeObject

export const entitlement = {
  id: 'ent_1',
  object: 'entitlements.active_entitlement',
  feature: 'feat_1',
  lookup_key: 'exports',
  livemode: false,
}

/** The stand-in has the entitlements of a customer under the customer's id. */
export const summary = (customerId: string, ...data: object[]): StripeObject => ({
  id: customerId,
  object: 'entitlements.active_entitlement_summary',
  customer: customerId,
  livemode: false,
  entitlements: { object: 'list', data },
})

export interface Account extends Inbox {
  stripe: TestStripe
  /** Runs `sluice import stripe`. */
  bringIn(...args: string[]): Promise<Ended>
  /** The imported events, by type and object. */
  imported(): Promise<string[]>
}

export const withAccount = (objects: StripeObject[], use: (account: Account) => Promise<void>) =>
  withInbox((inbox) =>
    withStripe((stripe) => {
      for (const object of objects) stripe.put(object)
      return use({
        ...inbox,
        stripe,
        bringIn: (...args) => inbox.runWith(stripe.env, 'import', 'stripe', ...args),
        imported: async () => {
          const { rows } = await inbox.client.query('SELECT event_id FROM webhook_events ORDER BY id')
          return rows.map(({ event_id }) => event_id.slice(40))
        },
      })
    }),
  )

/** The requests for pages of an import, without those that check the key. */
export const pagesOf = ({ requests }: TestStripe): string[] =>
  requests.flatMap(({ query }) => (query.includes('limit=100') ? query : []))
