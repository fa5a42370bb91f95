import { z } from 'zod'
import { defineKind } from './kind.ts'

/** Compares the whole ledger with the rows that it follows from. Changes nothing. */
export const ledgerCheck = defineKind({ kind: 'ledger-check', filter: z.strictObject({}), needsReason: true })
