import { AssetError } from './asset-error.ts'

/** `data:[<type>][;<parameter>…][;base64],<data>`: https://www.rfc-editor.org/rfc/rfc2397 */
const SHAPE = /^data:([\w.+-]{1,64}\/[\w.+-]{1,64})?((?:;[^;,]{1,200}){0,8}),/i

export const isDataUri = (text: string): boolean => /^data:/i.test(text)

/** @throws AssetError `refused` */
export function decodeDataUri(text: string): { body: Buffer; contentType: string } {
  const head = SHAPE.exec(text)
  if (!head) throw AssetError.refused('malformed_data_uri')
  const [whole, type = 'text/plain', parameters = ''] = head
  const data = text.slice(whole.length)
  const isBase64 = /;\s*base64$/i.test(parameters)
  return { body: isBase64 ? fromBase64(data) : fromPercent(data), contentType: type.toLowerCase() }
}

function fromBase64(data: string): Buffer {
  const plain = fromPercent(data).toString('latin1').replace(/\s/g, '')
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(plain)) throw AssetError.refused('malformed_data_uri')
  return Buffer.from(plain, 'base64')
}

/** Decodes bytes, because percent-encoded data need not be text. */
function fromPercent(data: string): Buffer {
  if (!data.includes('%')) return Buffer.from(data)
  const bytes = Buffer.from(data).toString('latin1')
  const decoded = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(decoded, 'latin1')
}
