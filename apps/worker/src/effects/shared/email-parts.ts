/** The URL of an object in Stripe's dashboard, including those of connected accounts and test mode. */
export const dashboardUrl = (
  { account, livemode }: { account: string | null; livemode: boolean | null },
  path: string,
): string =>
  ['https://dashboard.stripe.com', account, livemode === false ? 'test' : null, path].filter(Boolean).join('/')

/** A date that an e-mail may announce; null if it has passed. */
export const futureDate = (date: Date | null, now: Date): Date | null => (date !== null && date > now ? date : null)
