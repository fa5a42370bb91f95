/** A user of the host that an event names for a customer, a subscription or a payment. */
export interface UserLink {
  /** Null: the event removed it, so that earlier links of the same kind count no more. */
  userId: string | null
  /**
   * The place of the user's id, which decides the priority of the link: the object's own metadata, the reference that
   * the host gave to Checkout, or the metadata of another object.
   */
  by: 'own' | 'client_reference_id' | 'metadata'
  /** Since when the object names it. Default: the time of the event. */
  since?: Date
  /** True if the event changed it, so that it is later than others of the same second. */
  isChange?: true
}
