import { type NextRequest, NextResponse } from 'next/server'

/** In place of a login: every browser is a user of its own. */
export function proxy(request: NextRequest): NextResponse {
  const response = NextResponse.next()
  // The page of this request sees the cookie as well.
  if (!request.cookies.has('user'))
    response.cookies.set('user', crypto.randomUUID(), { httpOnly: true, sameSite: 'lax' })
  return response
}

// Everything but the route that Sluice sends messages to, and the files of Next.js.
export const config = { matcher: '/((?!sluice|_next/).*)' }
