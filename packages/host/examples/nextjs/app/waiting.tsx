'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Renders the page anew every second, until it shows something else. */
export function Waiting({ what }: { what: string }) {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), 1_000)
    return () => clearInterval(timer)
  }, [router])
  return (
    <>
      <h1>One moment</h1>
      <p>Waiting for your {what} …</p>
    </>
  )
}
