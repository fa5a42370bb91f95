/**
 * The name of a document in the store. A credit note has its own id in place of the payment's.
 *
 * @param replay the replay that asked for the document again
 */
export const documentFileOf = (kind: string, paymentId: string, replay?: string): string =>
  `${kind}s/${paymentId}${replay === undefined ? '' : `.${replay}`}.pdf`
