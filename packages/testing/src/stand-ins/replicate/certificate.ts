import { generate } from 'selfsigned'

const NAMES = ['replicate.delivery', '*.replicate.delivery', 'api.replicate.com', 'localhost']

export interface Certificate {
  key: string
  cert: string
}

/** A self-signed certificate for Replicate's names, valid for a day. Clients must be given it to trust it. */
export async function makeCertificate(): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'replicate.delivery' }], {
    keyType: 'ec',
    notAfterDate: new Date(Date.now() + 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: NAMES.map((value) => ({ type: 2 as const, value })) },
    ],
  })
  return { key, cert }
}
