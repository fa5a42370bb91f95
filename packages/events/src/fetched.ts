/**
 * The type of the event that carries the line items of a completed Checkout session, fetched by a worker. No provider
 * sends it.
 */
export const CHECKOUT_LINES_TYPE = 'checkout.session.line_items'
