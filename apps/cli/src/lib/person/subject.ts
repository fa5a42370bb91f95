import { accountsOfCustomer, type Subject } from '@sluice/database/forget'
import type { Command } from 'commander'
import type { Pool } from 'pg'

/** The name of the platform's own account in options and messages. */
const PLATFORM = 'platform'

/** Some searches for a person read whole tables. */
export const SEARCH_MS = 600_000

export interface SubjectOptions {
  user?: string
  customer?: string
  account?: string
}

/** Adds the options by which a command names a person. */
export const withSubject = (command: Command): Command =>
  command
    .option('--user <id>', 'the user, by the id in your table users')
    .option('--customer <id>', 'the customer at Stripe, without what else belongs to the same user')
    .option('--account <id>', `with --customer: the connected account that the customer is of, or ${PLATFORM}`)

/** Refuses options that name no person, or two. */
export function checkSubject({ user, customer, account }: SubjectOptions, command: Command): void {
  if ((user === undefined) === (customer === undefined)) command.error('error: Give either --user or --customer.')
  if (account !== undefined && customer === undefined) command.error('error: --account requires --customer.')
}

/** @throws if the id is that of customers of several accounts, and none was named */
export async function subjectOf(pool: Pool, { user, customer = '', account }: SubjectOptions): Promise<Subject> {
  if (user !== undefined) return { user }
  if (account !== undefined) return { customer, account: account === PLATFORM ? null : account }
  const accounts = await accountsOfCustomer(pool, customer)
  if (accounts.length < 2) return { customer, account: accounts[0] ?? null }
  const names = accounts.map((one) => one ?? PLATFORM).sort()
  throw new Error(`${customer} is a customer of several accounts. Name one with --account: ${names.join(', ')}.`)
}

export const describeSubject = (subject: Subject): string =>
  'user' in subject
    ? `user ${subject.user}`
    : `customer ${subject.customer}${subject.account === null ? '' : ` of ${subject.account}`}`
