'use server'

import { redirect } from 'next/navigation'
import { startPicture } from '../lib/replicate'
import { openCheckout, openPortal } from '../lib/stripe'
import { customerOf } from '../lib/tables'
import { currentUser } from '../lib/user'

export async function buy(): Promise<void> {
  const user = await currentUser()
  redirect(await openCheckout(user, await customerOf(user.id)))
}

export async function manage(): Promise<void> {
  const customer = await customerOf((await currentUser()).id)
  redirect(customer ? await openPortal(customer) : '/')
}

export async function makePicture(form: FormData): Promise<void> {
  const { id } = await currentUser()
  redirect(`/generations/${await startPicture(id, String(form.get('prompt')))}`)
}
