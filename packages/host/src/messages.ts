// Made from packages/host/schemas by `pnpm docs:update`.

/** A Checkout session is complete, and paid or free: what was bought may be handed over. */
export interface CheckoutCompleted {
  /** Grows: of two messages about one thing, the one with the greater version is the newer one. */
  version: number
  /** The session at Stripe. */
  sessionId: string
  /** The id of the user in your table `users`; null if it belongs to nobody known. */
  userId: string | null
  /** The customer at Stripe. */
  customerId: string | null
  /** The subscription at Stripe. */
  subscriptionId: string | null
  /** `payment`, `subscription` or `setup`. */
  mode: string | null
  /** `paid` or `no_payment_required`. */
  paymentStatus: string | null
  /** The total in the currency's smallest unit. */
  amount: number | null
  /** ISO 4217, in lower case. */
  currency: string | null
  /** The connected account that it belongs to; null for your own. */
  account: string | null
  /** False in test mode; null if no event said so. */
  livemode: boolean | null
}

/** A customer at Stripe was linked to a user, to another one, or to none any more. */
export interface CustomerLinked {
  /** Grows: of two messages about one thing, the one with the greater version is the newer one. */
  version: number
  /** The customer at Stripe. */
  customerId: string
  /** The id of the user in your table `users`; null if it belongs to nobody known. */
  userId: string | null
  /** The connected account that it belongs to; null for your own. */
  account: string | null
  /** False in test mode; null if no event said so. */
  livemode: boolean | null
}

/** A payment was contested at the bank, or a dispute changed. */
export interface DisputeChanged {
  /** Grows: of two messages about one thing, the one with the greater version is the newer one. */
  version: number
  /** The dispute at Stripe. */
  disputeId: string
  /** The key of the row in `payments`; null if the payment is not known here. */
  paymentId: string | null
  /** The id of the user in your table `users`; null if it belongs to nobody known. */
  userId: string | null
  /** The customer at Stripe. */
  customerId: string | null
  /** As Stripe says it. */
  status: string
  /** As the bank says it. */
  reason: string | null
  /** In the currency's smallest unit. */
  amount: number
  /** ISO 4217, in lower case. */
  currency: string
  /** Until when evidence may be sent. */
  evidenceDueBy: string | null
  /** The connected account that it belongs to; null for your own. */
  account: string | null
  /** False in test mode; null if no event said so. */
  livemode: boolean | null
}

/** A user's role, or what the user may use, may have changed. */
export interface EntitlementsChanged {
  /** Grows: of two messages about one thing, the one with the greater version is the newer one. */
  version: number
  /** The id of the user in your table `users`. */
  userId: string
  /** `PREMIUM` while a subscription gives it. */
  role: 'FREE' | 'PREMIUM'
  /** The features that the user may use now. */
  features: {
    /** The lookup key of the feature. */
    feature: string
    /** Where it comes from. */
    source: string
    /** When it ends; null: not by itself. */
    expiresAt: string | null
  }[]
}

/** A prediction was canceled or aborted. */
export interface GenerationCanceled {
  /** Grows: of two messages about one thing, the one with the greater version is the newer one. */
  version: number
  /** The id of the row in `generation_jobs`. */
  jobId: string
  /** The prediction at Replicate. */
  predictionId: string | null
  /** The id of the user in your table `users`; null if it belongs to nobody known. */
  userId: string | null
  /** As Replicate says it. */
  status: string
  /** Why it failed, as Replicate says it. */
  error: string | null
  /** When it ended. */
  completedAt: string | null
  /** Files of the output that are stored, at most 500. */
  files: {
    /** Place in the output, as JSON pointer. */
    pointer: string
    /** Name in the store of assets. */
    storageKey: string | null
    /** Media type. */
    contentType: string | null
    /** Size. */
    bytes: number | null
    /** Of its contents, in hexadecimal. */
    sha256: string | null
  }[]
  /** Files that are not stored, at most 500. */
  refused: {
    /** Place in the output, as JSON pointer. */
    pointer: string
    /** Why, as a code. */
    reason: string
  }[]
  /** Number of files that these lists leave out: read `variants`. */
  more: number
}

/** A prediction succeeded, and each of its files is stored or refused. */
export interface GenerationCompleted {
  /** Grows: of two messages about one thing, the one with the greater version is the newer one. */
  version: number
  /** The id of the row in `generation_jobs`. */
  jobId: string
  /** The prediction at Replicate. */
  predictionId: string | null
  /** The id of the user in your table `users`; null if it belongs to nobody known. */
  userId: string | null
  /** As Replicate says it. */
  status: string
  /** Why it failed, as Replicate says it. */
  error: string | null
  /** When it ended. */
  completedAt: string | null
  /** Files of the output that are stored, at most 500. */
  files: {
    /** Place in the output, as JSON pointer. */
    pointer: string
    /** Name in the store of assets. */
    storageKey: string | null
    /** Media type. */
    contentType: string | null
    /** Size. */
    bytes: number | null
    /** Of its contents, in hexadecimal. */
    sha256: string | null
  }[]
  /** Files that are not stored, at most 500. */
  refused: {
    /** Place in the output, as JSON pointer. */
    pointer: string
    /** Why, as a code. */
    reason: string
  }[]
  /** Number of files that these lists leave out: read `variants`. */
  more: number
}

/** A prediction failed. */
export interface GenerationFailed {
  /** Grows: of two messages about one thing, the one with the greater version is the newer one. */
  version: number
  /** The id of the row in `generation_jobs`. */
  jobId: string
  /** The prediction at Replicate. */
  predictionId: string | null
  /** The id of the user in your table `users`; null if it belongs to nobody known. */
  userId: string | null
  /** As Replicate says it. */
  status: string
  /** Why it failed, as Replicate says it. */
  error: string | null
  /** When it ended. */
  completedAt: string | null
  /** Files of the output that are stored, at most 500. */
  files: {
    /** Place in the output, as JSON pointer. */
    pointer: string
    /** Name in the store of assets. */
    storageKey: string | null
    /** Media type. */
    contentType: string | null
    /** Size. */
    bytes: number | null
    /** Of its contents, in hexadecimal. */
    sha256: string | null
  }[]
  /** Files that are not stored, at most 500. */
  refused: {
    /** Place in the output, as JSON pointer. */
    pointer: string
    /** Why, as a code. */
    reason: string
  }[]
  /** Number of files that these lists leave out: read `variants`. */
  more: number
}

/** `sluice import` has read everything, and all of it is processed. What it brought in sends no other message. */
export interface ImportCompleted {
  /** Grows: of two messages about one thing, the one with the greater version is the newer one. */
  version: number
  /** `stripe`. */
  provider: string
  /** Only objects created since then; null: all. */
  since: string | null
  /** The counts of each list that was read. */
  lists: {
    /** As Stripe calls it. */
    name: string
    /** Objects in the list. */
    listed: number
    /** Objects that were new or had changed. */
    added: number
  }[]
}

/** An attempt to pay failed. */
export interface PaymentFailed {
  /** Grows: of two messages about one thing, the one with the greater version is the newer one. */
  version: number
  /** The key of the row in `payments`. */
  paymentId: string
  /** The id of the user in your table `users`; null if it belongs to nobody known. */
  userId: string | null
  /** The customer at Stripe. */
  customerId: string | null
  /** The subscription at Stripe. */
  subscriptionId: string | null
  /** The invoice at Stripe. */
  invoiceId: string | null
  /** In the currency's smallest unit. */
  amount: number
  /** ISO 4217, in lower case. */
  currency: string
  /** When it was paid, or failed. */
  occurredAt: string
  /** How often it was tried so far. */
  attemptCount: number
  /** When Stripe tries again; null: it does not, or it is not known. */
  nextPaymentAttempt: string | null
  /** The connected account that it belongs to; null for your own. */
  account: string | null
  /** False in test mode; null if no event said so. */
  livemode: boolean | null
}

/** A refund was made, or its status changed: money goes back, in part or in full, unless the refund failed. */
export interface PaymentRefunded {
  /** Grows: of two messages about one thing, the one with the greater version is the newer one. */
  version: number
  /** The refund at Stripe. */
  refundId: string
  /** The key of the row in `payments`; null if the payment is not known here. */
  paymentId: string | null
  /** The id of the user in your table `users`; null if it belongs to nobody known. */
  userId: string | null
  /** The customer at Stripe. */
  customerId: string | null
  /** `pending`, `requires_action`, `succeeded`, `failed` or `canceled`. */
  status: string
  /** In the currency's smallest unit. */
  amount: number
  /** ISO 4217, in lower case. */
  currency: string
  /** The connected account that it belongs to; null for your own. */
  account: string | null
  /** False in test mode; null if no event said so. */
  livemode: boolean | null
}

/** Money was paid: an invoice, a Checkout session, or a payment of your own. */
export interface PaymentSucceeded {
  /** Grows: of two messages about one thing, the one with the greater version is the newer one. */
  version: number
  /** The key of the row in `payments`. */
  paymentId: string
  /** The id of the user in your table `users`; null if it belongs to nobody known. */
  userId: string | null
  /** The customer at Stripe. */
  customerId: string | null
  /** The subscription at Stripe. */
  subscriptionId: string | null
  /** The invoice at Stripe. */
  invoiceId: string | null
  /** In the currency's smallest unit. */
  amount: number
  /** ISO 4217, in lower case. */
  currency: string
  /** When it was paid, or failed. */
  occurredAt: string
  /** The connected account that it belongs to; null for your own. */
  account: string | null
  /** False in test mode; null if no event said so. */
  livemode: boolean | null
}

/** A subscription was made, changed, or ended. */
export interface SubscriptionChanged {
  /** Grows: of two messages about one thing, the one with the greater version is the newer one. */
  version: number
  /** The subscription at Stripe. */
  subscriptionId: string
  /** The customer at Stripe. */
  customerId: string
  /** The id of the user in your table `users`; null if it belongs to nobody known. */
  userId: string | null
  /** As in `subscriptions.status`. */
  status: string
  /** Whether it gives access. */
  isActive: boolean
  /** Whether it gives `PREMIUM` while it is active, by its prices. */
  givesPremium: boolean
  /** The price that decides. */
  priceId: string | null
  /** Of that price. */
  quantity: number | null
  /** How often it is paid. */
  billingPeriod: 'daily' | 'weekly' | 'monthly' | 'yearly' | null
  /** When the current period ends. */
  currentPeriodEnd: string | null
  /** Whether it ends with the current period. */
  cancelAtPeriodEnd: boolean
  /** When it will end. */
  cancelAt: string | null
  /** When it was canceled. */
  canceledAt: string | null
  /** When its trial ends or ended. */
  trialEnd: string | null
  /** The connected account that it belongs to; null for your own. */
  account: string | null
  /** False in test mode; null if no event said so. */
  livemode: boolean | null
}

/** The data of each type of message. */
export interface MessageData {
  'checkout.completed': CheckoutCompleted
  'customer.linked': CustomerLinked
  'dispute.changed': DisputeChanged
  'entitlements.changed': EntitlementsChanged
  'generation.canceled': GenerationCanceled
  'generation.completed': GenerationCompleted
  'generation.failed': GenerationFailed
  'import.completed': ImportCompleted
  'payment.failed': PaymentFailed
  'payment.refunded': PaymentRefunded
  'payment.succeeded': PaymentSucceeded
  'subscription.changed': SubscriptionChanged
}

export type MessageType = keyof MessageData

/** A message as it is sent. `timestamp` is when it happened, ISO 8601; `data` is the state at the time of sending. */
export type Message<Type extends MessageType = MessageType> = {
  [T in Type]: { type: T; timestamp: string; data: MessageData[T] }
}[Type]
