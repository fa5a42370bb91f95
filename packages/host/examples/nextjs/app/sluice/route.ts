import { VerificationError, verify } from '@sluice/host'
import { keep } from '../../lib/messages'

/**
 * A message may come twice, and an older one after a newer one: the id tells the first, `data.version` the second.
 */
export async function POST(request: Request): Promise<Response> {
  const secret = process.env.HOST_WEBHOOK_SECRET
  if (!secret) return new Response('HOST_WEBHOOK_SECRET is not set.', { status: 503 })
  try {
    const message = verify(await request.text(), request.headers, secret)
    keep(message)
    console.log(`Sluice says: ${message.type} (${message.id})`)
    return new Response(null, { status: 204 })
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error
    console.log(error.message)
    return new Response(error.failure, { status: 400 })
  }
}
