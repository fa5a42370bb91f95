import { ledgerCheck } from './ledger-check.ts'
import { redrive } from './redrive.ts'
import { stop } from './stop.ts'

/** Every kind of action, a file each. A worker has a file of the same name that carries it out. */
export const KINDS = {
  redrive,
  'ledger-check': ledgerCheck,
  stop,
}

export type KindName = keyof typeof KINDS

export const isKind = (name: string): name is KindName => Object.hasOwn(KINDS, name)
