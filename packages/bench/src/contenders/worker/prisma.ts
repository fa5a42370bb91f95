import { type PrismaClient, prismaOf } from '@sluice/database/client'
import { connect } from '@sluice/database/pool'
import { CONNECTIONS } from './connections.ts'

/** The client of our own schema, over a pool with as many connections as everybody has. */
export const connectPrisma = (url: string): PrismaClient => prismaOf(connect(url, { max: CONNECTIONS }))
