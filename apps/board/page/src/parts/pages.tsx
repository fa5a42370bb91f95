import { useRouter } from '@tanstack/react-router'
import { withQuery } from '../api/fetch.ts'
import { addressOf } from '../base.ts'

interface Props {
  /** Address of the newest page. */
  path: string
  search?: object
  cursor?: string | undefined
  next: string | null
}

/** The ways to the newest and to the older rows of a list. */
export function Pages({ path, search = {}, cursor, next }: Props) {
  const router = useRouter()
  const link = (name: string, path: string) => {
    const address = addressOf(path)
    return (
      <a
        href={address}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          router.history.push(address)
        }}
      >
        {name}
      </a>
    )
  }
  if (cursor === undefined && next === null) return null
  return (
    <nav className="pages" aria-label="Pages of the list">
      {cursor !== undefined && link('Newest', withQuery(path, search))}
      {next !== null && link('Older', withQuery(path, { ...search, cursor: next }))}
    </nav>
  )
}
