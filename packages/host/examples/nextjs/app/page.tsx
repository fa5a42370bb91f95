import Link from 'next/link'
import { received } from '../lib/messages'
import { generationsOf } from '../lib/tables'
import { currentUser } from '../lib/user'
import { buy, makePicture, manage } from './actions'

export default async function Home() {
  const user = await currentUser()
  const generations = await generationsOf(user.id)
  const isPremium = user.role === 'PREMIUM'
  return (
    <>
      <h1>Pictures</h1>
      <p>
        You are {user.email}, and <strong>{user.role}</strong>.
      </p>
      <form action={isPremium ? manage : buy}>
        <button type="submit">{isPremium ? 'Manage subscription' : 'Buy Pro'}</button>
      </form>
      <form action={makePicture}>
        <input name="prompt" defaultValue="a sluice in the morning" aria-label="Prompt" />
        <button type="submit">Make a picture</button>
      </form>
      <ul>
        {generations.map(({ id, status }) => (
          <li key={id}>
            <Link href={`/generations/${id}`}>{id}</Link>: {status}
          </li>
        ))}
      </ul>
      <h2>Messages of Sluice</h2>
      <ul>
        {[...received.values()].map(({ id, type }) => (
          <li key={id}>
            <code>{type}</code> <small>{id}</small>
          </li>
        ))}
      </ul>
    </>
  )
}
