/** Closes every e-mail to a customer. */
export const CUSTOMER_FOOTER =
  'You are receiving this e-mail because you have a payment or subscription with us. Questions? Just reply.'

/** Closes every e-mail to the staff. */
export const STAFF_FOOTER =
  'This is an automatic message from Sluice to the address that your billing e-mail is sent from.'

/** The address of an object in Stripe's dashboard, for connected accounts and test mode too. */
export const dashboardUrl = (
  { account, livemode }: { account: string | null; livemode: boolean | null },
  path: string,
): string =>
  ['https://dashboard.stripe.com', account, livemode === false ? 'test' : null, path].filter(Boolean).join('/')

/** A date that an e-mail may announce: null once it has passed. */
export const futureDate = (date: Date | null, now: Date): Date | null => (date !== null && date > now ? date : null)
