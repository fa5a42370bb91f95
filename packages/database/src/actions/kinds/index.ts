import { ledgerCheck } from './ledger-check.ts'
import { preview } from './preview.ts'
import { reconcile } from './reconcile.ts'
import { redrive } from './redrive.ts'
import { replay } from './replay.ts'
import { stop } from './stop.ts'

/** Every kind of action, a file each. A worker has a file of the same name that carries it out. */
export const KINDS = {
  preview,
  redrive,
  replay,
  reconcile,
  'ledger-check': ledgerCheck,
  stop,
}

export type KindName = keyof typeof KINDS

export const isKind = (name: string): name is KindName => Object.hasOwn(KINDS, name)
