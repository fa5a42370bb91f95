interface KindOfEmail {
  /** E-mail to the staff is written in English. */
  readers: 'customer' | 'staff'
  /** Placeholders that a text may contain, `{amount}`. */
  values: readonly string[]
  /** Texts for a certain state, each with the placeholders that only this state has. */
  variants: Record<string, readonly string[]>
  /** Keys of the rows that the e-mail may list. Each language has a label for every key. */
  details: readonly string[]
  /** Whether the e-mail may have a button, which every text then names. */
  hasButton: boolean
}

/**
 * Every kind of e-mail, and what its texts consist of. The texts are `texts/<kind>.<language>.json`; a test compares
 * them with this list. To add a variant, add it here and in the English file.
 */
export const EMAILS = {
  'checkout.failed': {
    readers: 'customer',
    values: [],
    variants: { withAmount: ['amount'] },
    details: [],
    hasButton: false,
  },
  credit_note: {
    readers: 'customer',
    values: ['number', 'amount'],
    variants: { refunded: [], toBalance: [], lowersDue: [] },
    details: ['amount', 'invoice', 'date'],
    hasButton: false,
  },
  'dead_letter.opened': {
    readers: 'staff',
    values: ['type', 'fingerprint'],
    variants: { ofEffect: [] },
    details: ['cause', 'count', 'event', 'account', 'console'],
    hasButton: true,
  },
  'dispute.opened': {
    readers: 'staff',
    values: ['amount'],
    variants: {
      withDueDate: ['date'],
      inquiry: [],
      inquiryWithDueDate: ['date'],
      inquiryUnderReview: [],
      underReview: [],
      lost: [],
    },
    details: ['amount', 'reason', 'status', 'dispute', 'charge', 'account', 'console'],
    hasButton: true,
  },
  'fraud_warning.opened': {
    readers: 'staff',
    values: [],
    variants: { withAmount: ['amount'] },
    details: ['amount', 'fraudType', 'charge', 'paymentIntent', 'warning', 'account', 'console'],
    hasButton: true,
  },
  invoice: {
    readers: 'customer',
    values: ['number'],
    variants: {},
    details: ['total', 'date', 'period', 'datePaid'],
    hasButton: true,
  },
  'invoice.finalization_failed': {
    readers: 'staff',
    values: [],
    variants: {},
    details: ['invoice', 'amount', 'account', 'console'],
    hasButton: true,
  },
  'payment.action_required': {
    readers: 'customer',
    values: ['amount'],
    variants: {},
    details: ['amountDue', 'invoice'],
    hasButton: true,
  },
  'payment.failed': {
    readers: 'customer',
    values: ['amount'],
    variants: { withRetry: ['date'] },
    details: ['amountDue', 'invoice', 'nextAttempt'],
    hasButton: true,
  },
  'payment.final_notice': {
    readers: 'customer',
    values: ['amount'],
    variants: { ended: [], oneOff: [], unpaid: [] },
    details: ['amountDue', 'invoice'],
    hasButton: true,
  },
  'payment.reminder': {
    readers: 'customer',
    values: ['amount'],
    variants: {},
    details: ['amountDue', 'invoice'],
    hasButton: true,
  },
  'payment_intent.failed': { readers: 'customer', values: [], variants: {}, details: [], hasButton: false },
  receipt: {
    readers: 'customer',
    values: ['amount'],
    variants: { withInvoice: [] },
    details: ['amountPaid', 'charged', 'date', 'number'],
    hasButton: false,
  },
  'renewal.upcoming': {
    readers: 'customer',
    values: ['date'],
    variants: { withAmount: ['amount'] },
    details: ['renewalDate', 'amount'],
    hasButton: false,
  },
  'trial.ending': {
    readers: 'customer',
    values: ['date'],
    variants: { canceled: [], paused: [] },
    details: [],
    hasButton: false,
  },
} as const satisfies Record<string, KindOfEmail>

export type EmailKind = keyof typeof EMAILS
export type CustomerEmailKind = KindFor<'customer'>
export type StaffEmailKind = KindFor<'staff'>

type KindFor<R extends KindOfEmail['readers']> = {
  [K in EmailKind]: (typeof EMAILS)[K]['readers'] extends R ? K : never
}[EmailKind]

type Kind<K extends EmailKind> = (typeof EMAILS)[K]
type Variants<K extends EmailKind> = Kind<K>['variants']

/** The names of the variants of a kind. */
export type VariantOf<K extends EmailKind> = keyof Variants<K> & string
export type DetailOf<K extends EmailKind> = Kind<K>['details'][number]
/** The placeholders of a kind that every variant has. */
export type ValueOf<K extends EmailKind> = Kind<K>['values'][number]
/** The placeholders that only one variant of a kind has. */
export type ValueOfVariant<K extends EmailKind, V extends VariantOf<K>> = Variants<K>[V] extends readonly (infer Name)[]
  ? Name & string
  : never

export const EMAIL_KINDS = Object.keys(EMAILS) as EmailKind[]

export const readersOf = (kind: EmailKind): KindOfEmail['readers'] => EMAILS[kind].readers

export const kindOf = (kind: EmailKind): KindOfEmail => EMAILS[kind]
