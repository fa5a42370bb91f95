const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()

const DAY = 1_440

/** Words in a text, which no filter has a space in. An empty filter is `-`. */
const each = (start: string, filters: string): string[] =>
  filters.split(/\s+/).map((filter) => `${start}${filter === '-' ? '' : filter}`)

/**
 * Requests to the board on a database that `fillDatabase` has filled, by route: each filter alone, with what is frequent,
 * what is rare and what is not there, and those that people combine.
 *
 * @param events of the database
 * @returns paths below `/api`
 */
export function requestsOf(events: number): Record<string, string[]> {
  const id = (share: number) => String(Math.floor(events * share))
  const [lately, longAgo, earlier] = [minutesAgo(2), minutesAgo(29 * DAY), minutesAgo(28 * DAY)]
  const between = `since=${longAgo}&until=${earlier}`
  const before = Date.parse(earlier)
  return {
    '/events': each(
      '/events?',
      `- limit=100 cursor=${id(0.5)} provider=rare provider=stripe type=rare.type type=rare.* type=invoice.* type=nothing.*
        provider=stripe&type=prediction.* status=failed status=received status=ignored status=processed
        status=failed&type=invoice.* customer=cus_7 customer=cus_1 customer=nobody user=user_7 user=user_1 user=nobody
        since=${lately} ${between} since=${lately}&type=rare.* since=2040-01-01 until=2001-01-01 q=evt_77 q=cus_7 q=pi_7 q=vt_7
        q=none customer=cus_1&status=failed customer=cus_7&cursor=${id(0.5)}`,
    ),
    '/events/:provider/:id': each(
      '/events/',
      `stripe/evt_88 stripe/evt_${id(0.5)} stripe/evt_${id(0.01)} replicate/evt_63 stripe/none`,
    ),
    '/find': each('/find?q=', 'evt_77 cus_7 user_7 in_7 pi_7 pred7 7@example.com cause7 receipt:in_7 us_ none 1234'),
    '/dead-letters': each(
      '/dead-letters?',
      `- state=open state=ignored state=resolved cursor=${before}.cause7 limit=5`,
    ),
    '/dead-letters/:fingerprint': each(
      '/dead-letters/',
      `cause7 cause8 cause7?cursor=${id(0.005)} cause7?limit=5 none`,
    ),
    '/users/:id': each('/users/', 'user_7 user_1 nobody'),
    '/customers/:id': each('/customers/', 'cus_7 cus_1 nobody'),
    '/users/:id/history': ['/users/user_7/history'],
    '/customers/:id/history': each('/customers/', 'cus_7/history cus_1/history'),
    '/generations': each(
      '/generations?',
      `- limit=5 user=user_7 user=nobody status=failed status=succeeded prediction=pred7 since=${lately} until=${longAgo}
        user=user_7&status=failed cursor=${before}.job_7`,
    ),
    '/generations/:prediction': each('/generations/', 'pred7 none'),
    '/emails': each(
      '/emails?',
      `- limit=5 cursor=${id(0.05)} kind=rare kind=receipt outcome=failed outcome=sent customer=cus_7 customer=cus_1
        customer=nobody`,
    ),
    '/emails/:key': each('/emails/', 'receipt:in_7 none'),
    '/overview': each('/overview?', 'range=1h range=24h range=7d'),
    '/ledger': each('/ledger?', 'days=1 days=30'),
    '/payments/:id': each('/payments/', 'in_20 none'),
    '/actions': each(
      '/actions?',
      `- limit=5 cursor=${id(0.005)} kind=replay kind=redrive kind=none actor=ada actor=nobody state=failed state=queued
        fingerprint=cause7 fingerprint=none since=${lately} until=${longAgo} ${between}`,
    ),
    '/actions/:id': each('/actions/', '7'),
    '/deliveries': each(
      '/deliveries?',
      `- limit=5 cursor=${id(0.025)} outcome=refused outcome=duplicate&provider=rare outcome=refused&reason=too_old
        outcome=refused&reason=none outcome=refused&provider=none`,
    ),
    '/refusals': each('/refusals?', 'range=1h range=24h range=7d'),
    '/reconcile': each('/reconcile?', 'limit=5 cursor=1'),
    '/reconcile/:id': ['/reconcile/1'],
    '/health': ['/health'],
    '/files/*key': each('/files/', 'assets/7.png documents/7.pdf'),
    '/events/:provider/:id/body': ['/events/stripe/evt_88/body'],
    '/customers/:id/address': ['/customers/cus_7/address'],
    '/users/:id/address': ['/users/user_7/address'],
    '/emails/:key/address': ['/emails/receipt:in_7/address'],
    '/emails/:key/rendering': ['/emails/receipt:in_7/rendering'],
    '/emails/:key/rendering.html': ['/emails/receipt:in_7/rendering.html'],
  }
}
