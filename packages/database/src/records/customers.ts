import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { emailOf } from './email-of.ts'
import { localesOf } from './locales-of.ts'

export const loadCustomerEmail = (pool: Pool, customerId: string): Promise<string | null> =>
  emailOf(prismaOf(pool), customerId)

/** See `localesOf`. */
export const loadCustomerLocales = (pool: Pool, customerId: string): Promise<string | null> =>
  localesOf(prismaOf(pool), customerId)
