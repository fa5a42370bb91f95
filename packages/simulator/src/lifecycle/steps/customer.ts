import { customerObject, paymentMethodObject } from '../../stripe-objects/index.ts'
import { type CustomerState, DAY, emit, metadataOf } from '../state.ts'

export const customerSteps = {
  customer_created: (state: CustomerState) => emit(state, 'customer.created', customer(state)),
  /** The e-mail address changes. */
  customer_updated: (state: CustomerState) => {
    const previous = { email: state.customer.email }
    state.now += DAY
    state.customer.email = `moved.${state.customer.email ?? 'somebody@example.com'}`
    return emit(state, 'customer.updated', customer(state), previous)
  },
  customer_deleted: (state: CustomerState) => {
    state.now += DAY
    return emit(state, 'customer.deleted', customer(state))
  },
  method_attached: (state: CustomerState) => emit(state, 'payment_method.attached', paymentMethod(state)),
  method_updated: (state: CustomerState) => {
    state.now += DAY
    return emit(state, 'payment_method.updated', { ...paymentMethod(state, 2_032) }, { card: { exp_year: 2_030 } })
  },
  /** The bank replaced the card. */
  method_renewed: (state: CustomerState) => {
    state.now += DAY
    const previous = { card: { exp_year: 2_030 } }
    return emit(state, 'payment_method.automatically_updated', paymentMethod(state, 2_034), previous)
  },
  method_detached: (state: CustomerState) => {
    state.now += DAY
    const detached = { ...paymentMethod(state), customer: null }
    return emit(state, 'payment_method.detached', detached, { customer: state.customer.id })
  },
}

const customer = (state: CustomerState) => customerObject({ ...state.customer, metadata: metadataOf(state) })

const paymentMethod = ({ customer: { id, created, paymentMethodId } }: CustomerState, expiryYear?: number) =>
  paymentMethodObject({ id: paymentMethodId, customerId: id, created, ...(expiryYear && { expiryYear }) })
