import { createHash } from 'node:crypto'

/** Every id that Stripe makes. Whoever can sign events can make others, which may be no names of files. */
const IS_NAME = /^\w[\w.:@-]{0,199}$/

/**
 * The name of a document in the store. A credit note has its own id in place of the payment's.
 *
 * @param replay the replay that asked for the document again
 */
export const documentFileOf = (kind: string, paymentId: string, replay?: string): string =>
  `${kind}s/${IS_NAME.test(paymentId) ? paymentId : hashOf(paymentId)}${replay === undefined ? '' : `.${replay}`}.pdf`

const hashOf = (id: string): string => createHash('sha256').update(id).digest('hex')
