import { customerObject, paymentMethodObject } from '../stripe-objects/index.ts'
import { DAY, type Life, metadataOf, tell } from './life.ts'

export const customerSteps = {
  customer_created: (life: Life) => tell(life, 'customer.created', customer(life)),
  /** With another address for mail. */
  customer_updated: (life: Life) => {
    const previous = { email: life.customer.email }
    life.now += DAY
    life.customer.email = `moved.${life.customer.email ?? 'somebody@example.com'}`
    return tell(life, 'customer.updated', customer(life), previous)
  },
  customer_deleted: (life: Life) => {
    life.now += DAY
    return tell(life, 'customer.deleted', customer(life))
  },
  method_attached: (life: Life) => tell(life, 'payment_method.attached', paymentMethod(life)),
  method_updated: (life: Life) => {
    life.now += DAY
    return tell(life, 'payment_method.updated', { ...paymentMethod(life, 2_032) }, { card: { exp_year: 2_030 } })
  },
  /** The bank sent the customer a new card. */
  method_renewed: (life: Life) => {
    life.now += DAY
    const previous = { card: { exp_year: 2_030 } }
    return tell(life, 'payment_method.automatically_updated', paymentMethod(life, 2_034), previous)
  },
  method_detached: (life: Life) => {
    life.now += DAY
    const detached = { ...paymentMethod(life), customer: null }
    return tell(life, 'payment_method.detached', detached, { customer: life.customer.id })
  },
}

const customer = (life: Life) => customerObject({ ...life.customer, metadata: metadataOf(life) })

const paymentMethod = ({ customer: { id, created, paymentMethodId } }: Life, expiryYear?: number) =>
  paymentMethodObject({ id: paymentMethodId, customerId: id, created, ...(expiryYear && { expiryYear }) })
