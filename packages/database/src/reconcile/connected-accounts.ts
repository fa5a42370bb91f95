import type { ConnectedAccount } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'

const Registers = z.object({ authorizedAt: z.coerce.date().optional() })

/** Accounts that are connected, or own a customer, and have not deauthorized us. */
export async function connectedAccounts(pool: Pool): Promise<ConnectedAccount[]> {
  const { connectedAccount, customer } = prismaOf(pool)
  const owners = await customer.groupBy({ by: 'account', where: { account: { not: null } } })
  const accounts = new Map<string, Date | null>(owners.flatMap(({ account }) => (account ? [[account, null]] : [])))
  for (const { account, deauthorized, registers } of await connectedAccount.findMany()) {
    if (deauthorized) accounts.delete(account)
    else accounts.set(account, Registers.parse(registers).authorizedAt ?? null)
  }
  return [...accounts]
    .map(([account, authorizedAt]) => ({ account, authorizedAt }))
    .sort((a, b) => (a.account < b.account ? -1 : 1))
}

/** Whether a connected account has deauthorized us. Our own, null, never does. */
export async function isDeauthorized(pool: Pool, account: string | null): Promise<boolean> {
  if (account === null) return false
  return (await prismaOf(pool).connectedAccount.count({ where: { account, deauthorized: true } })) > 0
}
