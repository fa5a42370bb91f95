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

/** Every kind of action, a file each. A worker has a file of the same name that carries it out. */
export const KINDS = {
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

export type KindName = keyof typeof KINDS

export const isKind = (name: string): name is KindName => Object.hasOwn(KINDS, name)
