/** An API object; its path follows from `object` and `id`. */
export interface StripeObject {
  id: string
  object: string
  [field: string]: unknown
}
