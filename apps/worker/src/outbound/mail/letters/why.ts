/** Why somebody gets a letter, and what to do with questions: ends every letter to a customer. */
export const CUSTOMER_FOOTER =
  'You get this e-mail because of a payment or subscription of yours. Questions? Just reply.'

export const STAFF_FOOTER = 'Sent by your webhook backend to the address that it sends e-mail from.'
