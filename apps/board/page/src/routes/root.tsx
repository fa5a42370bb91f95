import { createRootRoute } from '@tanstack/react-router'
import { type ComponentType, lazy, Suspense } from 'react'
import { textOf } from '../api/filter.ts'
import { NotFound } from '../not-found.tsx'
import { Loading } from '../parts/problem.tsx'
import { Shell } from '../shell.tsx'

export const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

export const cursorOf = (search: Record<string, unknown>): { cursor?: string } => {
  const cursor = textOf(search['cursor'])
  return cursor === undefined ? {} : { cursor }
}

/** A view whose script is loaded when it is opened: the first page stays small. */
export function whenOpened<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const View = lazy(async () => ({ default: await load() })) as unknown as ComponentType<P>
  return (props) => (
    <Suspense fallback={<Loading />}>
      <View {...props} />
    </Suspense>
  )
}
