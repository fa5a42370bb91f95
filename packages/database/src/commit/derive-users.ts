import type { PoolClient } from 'pg'
import { LockedRowsError } from '../sql/locked-rows.ts'
import { deriveFeatures, lockSubscribers } from './derive-features.ts'
import { deriveRoles, type RoleChange } from './derive-roles.ts'
import { linkPayments } from './link-payments.ts'
import { linkRows, type Moved } from './link-rows.ts'

/** The rows whose users may have changed. */
export interface Touched {
  customerIds: string[]
  paymentIds: string[]
  /** Customers and subscriptions of which several origins have told. */
  contested?: Moved
  /** Users whom rows led to before. */
  formerUsers?: readonly string[]
  /** Subscriptions and products whose features may have changed. Absent while no product names features. */
  subscriptionIds?: readonly string[]
  productIds?: readonly string[]
}

const NONE: Moved = { customers: [], subscriptions: [] }

export interface Derived {
  /** The users of a customer and of its subscriptions, and the former ones, by customer. */
  usersOf: Map<string, Set<string>>
  /** The new users of payments, by payment. */
  payersOf: Map<string, string>
  /** Payments with another user than before. */
  movedPayments: string[]
  /** New roles, which the caller must record with their reason. */
  roles: RoleChange[]
  /** Users whose role or features changed, and users who won or lost a customer or a subscription. */
  changedUsers: Set<string>
  /** Those of them whose features changed. */
  entitledUsers: Set<string>
  /** Customers and subscriptions with another user than before. */
  movedCustomers: string[]
  movedSubscriptions: { subscription: string; customer: string }[]
}

/**
 * Links customers, their subscriptions and payments to users, then derives the roles and features of these users. Runs
 * after the merges, because it reads merged rows.
 *
 * @throws {LockedRowsError} if another session has locked one of the rows; of a user it names the customers
 */
export async function deriveUsers(client: PoolClient, touched: Touched): Promise<Derived> {
  const { customerIds, paymentIds, contested = NONE, formerUsers = [] } = touched
  const { subscriptionIds, productIds = [] } = touched
  const rows = await linkRows(client, customerIds, contested)
  const { payersOf, movedPayments } = await linkPayments(client, paymentIds, rows.moved)
  const users = formerUsers.length > 0 ? new Set([...rows.users, ...formerUsers]) : rows.users
  const roles = await deriveRoles(client, users, rows.subscribers).catch((error: unknown) => {
    if (error instanceof LockedRowsError) error.customersOf = rows.customersOf
    throw error
  })
  const entitledUsers = subscriptionIds
    ? await deriveFeatures(client, [
        ...new Set([
          ...subscriptionIds,
          ...rows.moved.subscriptions,
          ...(await lockSubscribers(client, [...productIds])),
        ]),
      ])
    : new Set<string>()
  const { usersOf, movedCustomers, movedSubscriptions } = rows
  return {
    ...{ usersOf, payersOf, movedPayments, roles, entitledUsers, movedCustomers, movedSubscriptions },
    changedUsers: new Set([...roles.map(({ key }) => key), ...rows.movedUsers, ...entitledUsers]),
  }
}
