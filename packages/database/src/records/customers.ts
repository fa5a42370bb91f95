import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { emailOf } from './email-of.ts'

export const loadCustomerEmail = (pool: Pool, customerId: string): Promise<string | null> =>
  emailOf(prismaOf(pool), customerId)
