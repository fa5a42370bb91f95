/**
 * Prisma errors without a SQLSTATE, and the equivalent SQLSTATE
 * (https://www.prisma.io/docs/orm/reference/error-reference).
 */
const SQLSTATES: Record<string, string> = {
  P1001: '08001', // the server cannot be reached
  P1002: '08001', // the server was reached and did not answer in time
  P1008: '08006', // an operation took too long
  P1011: '08001', // no TLS connection
  P1017: '08006', // the server closed the connection
  P2024: '53300', // no connection of the pool was free in time
  P2028: '53300', // a transaction did not begin, or did not end, in time
}

/** The driver adapter's names of socket errors in raw SQL, and the equivalent SQLSTATE. */
const SQLSTATES_OF_KINDS: Record<string, string> = {
  ConnectionClosed: '08006',
  DatabaseNotReachable: '08001',
  SocketTimeout: '08006',
  TlsConnectionError: '08001',
}

/** Prisma's codes are P1000 and up; the only class of SQLSTATE with a P is P0. */
const PRISMA_CODE = /^P[1-9]\d{3}$/

/** Where the driver adapter keeps the SQLSTATE that Postgres answered. */
interface PrismaError {
  code: string
  meta?: { driverAdapterError?: { cause?: { originalCode?: string; kind?: string } } }
}

/** Reads Prisma's errors without importing Prisma: ingest classifies failures too, and never loads it. */
export function isPrismaError(error: unknown): error is PrismaError {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && PRISMA_CODE.test(code)
}

/**
 * The SQLSTATE behind an error of Prisma. Undefined when the error is not about what Postgres answered: a record that
 * was not found, a value that does not fit the schema.
 */
export function sqlStateOfPrisma({ code, meta }: PrismaError): string | undefined {
  const { originalCode, kind = '' } = meta?.driverAdapterError?.cause ?? {}
  return originalCode ?? SQLSTATES[code] ?? SQLSTATES_OF_KINDS[kind]
}
