import Link from 'next/link'
import { checkoutOf } from '../../lib/tables'
import { currentUser } from '../../lib/user'
import { Waiting } from '../waiting'

export default async function Success({ searchParams }: { searchParams: Promise<{ session_id?: string }> }) {
  const { session_id: sessionId = '' } = await searchParams
  const checkout = await checkoutOf(sessionId)
  const user = await currentUser()
  // The browser may be here before the webhook is: the page asks again until the row is there.
  if (checkout?.status !== 'complete' || user.role !== 'PREMIUM') return <Waiting what="payment" />
  return (
    <>
      <h1>Thank you</h1>
      <p>
        You are <strong>{user.role}</strong> now.
      </p>
      <p>
        <Link href="/">Go on</Link>
      </p>
    </>
  )
}
