import { PrismaPg } from '@prisma/adapter-pg'
import { connectReader, type PrismaClient } from '@sluice/database/client'
import { CONNECTIONS } from './connections.ts'

/** The client of our own schema, with as many connections as everybody has: a reader has two. */
export function connectPrisma(url: string): PrismaClient {
  const Client = connectReader(url).constructor as new (options: { adapter: PrismaPg }) => PrismaClient
  return new Client({ adapter: new PrismaPg({ connectionString: url, max: CONNECTIONS }) })
}
