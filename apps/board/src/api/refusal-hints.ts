/** By the code of the reason. The troubleshooting table of docker/README.md says more. */
const HINTS: Readonly<Record<string, string>> = {
  no_matching_signature:
    'The secret is of another endpoint, of the CLI or of test mode, or a proxy changes the body. Copy the signing secret again; let the proxy pass the bytes on unchanged.',
  too_old:
    'A clock is wrong, or something held the request: check the time here and on the proxy. Or somebody replays it.',
  in_future: 'The clock of this machine is behind: give it a time server.',
  missing_header: 'It carries no signature: a scanner, or a proxy that drops headers.',
  malformed_header: 'Its signature has another form: a scanner, or a proxy that changes headers.',
  address:
    'Its address is not allowed. Behind a proxy set TRUST_PROXY; else add the addresses that the provider publishes.',
  method: 'Providers send POST: a scanner, or a redirect in front that turned it into GET.',
  no_secret: 'No signing secret is set for this provider: set it, and the provider sends again.',
  rate_limited:
    'Too many requests of one address failed verification in a minute. Those that verify are taken all the same.',
  encoding: 'The body is compressed: let the proxy pass it on as it came.',
  media_type: 'It is not JSON: a scanner, or a test by hand.',
  content_length: 'The body is larger than events of this provider are.',
  body: 'The body is larger than events of this provider are.',
  incomplete_body: 'The body did not come within 10 seconds: a slow or broken connection.',
  not_json: 'The signature is right, but the body is no JSON: is the endpoint of the right kind?',
  not_utf8: 'The signature is right, but the body is no UTF-8.',
  not_an_event: 'The signature is right, but the body is no event of this provider.',
  bad_identifier: 'The signature is right, but id or type of the event cannot be stored.',
  too_deep: 'The signature is right, but the JSON is nested too deeply.',
  refused_by_store: 'The signature is right, but Postgres refused the row: its log says why.',
  no_store: 'Neither Postgres nor Redis took the event: start them, and the provider sends again.',
  overloaded: 'Bodies used up their memory: more ingest processes, or somebody sends large bodies slowly.',
  unexpected: 'A bug of Sluice: the log of ingest names the place.',
}

/** The likely cause of a refusal for this reason. */
export const hintFor = (reason: string): string => HINTS[reason] ?? 'sluice doctor names what is broken.'
