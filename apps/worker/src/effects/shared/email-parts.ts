/** Footer of every e-mail to a customer. */
export const CUSTOMER_FOOTER =
  'You are receiving this e-mail because you have a payment or subscription with us. Questions? Just reply.'

/** Footer of every e-mail to the staff. */
export const STAFF_FOOTER = 'Sluice sent this message automatically to the sender address of your billing e-mails.'

/** The URL of an object in Stripe's dashboard, including those of connected accounts and test mode. */
export const dashboardUrl = (
  { account, livemode }: { account: string | null; livemode: boolean | null },
  path: string,
): string =>
  ['https://dashboard.stripe.com', account, livemode === false ? 'test' : null, path].filter(Boolean).join('/')

/** A date that an e-mail may announce; null if it has passed. */
export const futureDate = (date: Date | null, now: Date): Date | null => (date !== null && date > now ? date : null)
