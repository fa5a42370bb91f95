import type { KINDS } from '@sluice/database/actions'
import type { z } from 'zod'
import type { RunAction } from '../context.ts'
import { ignore } from './ignore.ts'
import { ledgerCheck } from './ledger-check.ts'
import { preview } from './preview.ts'
import { reconcile } from './reconcile.ts'
import { redrive } from './redrive.ts'
import { reopen } from './reopen.ts'
import { replay } from './replay.ts'
import { resend } from './resend.ts'
import { resolve } from './resolve.ts'
import { reveal } from './reveal.ts'
import { stop } from './stop.ts'

/** How each kind is carried out: a file each. */
export const RUNS: { [Kind in keyof typeof KINDS]: RunAction<z.output<(typeof KINDS)[Kind]['filter']>> } = {
  preview,
  redrive,
  replay,
  reconcile,
  'ledger-check': ledgerCheck,
  resolve,
  ignore,
  reopen,
  resend,
  reveal,
  stop,
}
