export interface S3Place {
  bucket: string
  /** Prefix of every name: empty, or ends in a slash. */
  prefix: string
  /** URL of another S3 service; default: the AWS variables. */
  endpoint?: string | undefined
}

export type StorePlace = { kind: 'file'; directory: string } | ({ kind: 's3' } & S3Place)

const S3_ADDRESS = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/

/** Parses `file:<folder>` or `s3://<bucket>/<prefix>`; undefined for any other address. */
export function placeOf(address: string): StorePlace | undefined {
  if (/^file:./.test(address))
    return { kind: 'file', directory: address.slice('file:'.length).replace(/^\/\/(?=\/)/, '') }
  const [, bucket, path = ''] = S3_ADDRESS.exec(address) ?? []
  if (bucket === undefined) return undefined
  const prefix = path.split('/').filter(Boolean).join('/')
  return { kind: 's3', bucket, prefix: prefix && `${prefix}/` }
}
