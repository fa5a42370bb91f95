import type { KINDS } from '@sluice/database/actions'
import type { z } from 'zod'
import type { RunAction } from '../context.ts'
import { ledgerCheck } from './ledger-check.ts'
import { preview } from './preview.ts'
import { reconcile } from './reconcile.ts'
import { redrive } from './redrive.ts'
import { replay } from './replay.ts'
import { stop } from './stop.ts'

/** How each kind is carried out: a file each. */
export const RUNS: { [Kind in keyof typeof KINDS]: RunAction<z.output<(typeof KINDS)[Kind]['filter']>> } = {
  preview,
  redrive,
  replay,
  reconcile,
  'ledger-check': ledgerCheck,
  stop,
}
