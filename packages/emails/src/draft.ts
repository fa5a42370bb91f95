import type { Value } from './format.ts'
import type { DetailOf, EmailKind, ValueOf, ValueOfVariant, VariantOf } from './kinds.ts'

/** An e-mail before its language is known: what it says, and the values of its placeholders. */
export type Draft<K extends EmailKind = EmailKind> = { [Kind in K]: Common<Kind> & Wording<Kind> }[K]

interface Common<K extends EmailKind> {
  kind: K
  /** The rows that the e-mail lists, in this order; those without a value are left out. */
  details?: { [Key in DetailOf<K>]?: Value | null }
  /** Where the button leads. Without an https link there is no button. */
  link?: string | null
  /** True for sandbox data (https://docs.stripe.com/sandboxes). The e-mail then states that no money has moved. */
  isTest: boolean
}

/** The variant, and exactly the values that its texts may contain. */
type Wording<K extends EmailKind> =
  | { variant?: undefined; values: Record<ValueOf<K>, Value> }
  | { [V in VariantOf<K>]: { variant: V; values: Record<ValueOf<K> | ValueOfVariant<K, V>, Value> } }[VariantOf<K>]
