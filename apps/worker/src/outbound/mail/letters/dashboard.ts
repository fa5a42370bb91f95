/** Where Stripe's dashboard shows an object, of a connected account and in test mode too. */
export const dashboardUrl = (
  { account, livemode }: { account: string | null; livemode: boolean | null },
  path: string,
): string =>
  ['https://dashboard.stripe.com', account, livemode === false ? 'test' : null, path].filter(Boolean).join('/')
