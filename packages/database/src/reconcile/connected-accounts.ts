import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

/** Accounts that are connected, or own a customer, and have not deauthorized us. */
export async function connectedAccounts(pool: Pool): Promise<string[]> {
  const { connectedAccount, customer } = prismaOf(pool)
  const connected = await connectedAccount.findMany({ select: { account: true, deauthorized: true } })
  const owners = await customer.groupBy({ by: 'account', where: { account: { not: null } } })
  const accounts = new Set([...connected, ...owners].flatMap(({ account }) => account ?? []))
  for (const { account, deauthorized } of connected) if (deauthorized) accounts.delete(account)
  return [...accounts].sort()
}

/** Whether a connected account has deauthorized us. Our own, null, never does. */
export async function isDeauthorized(pool: Pool, account: string | null): Promise<boolean> {
  if (account === null) return false
  return (await prismaOf(pool).connectedAccount.count({ where: { account, deauthorized: true } })) > 0
}
