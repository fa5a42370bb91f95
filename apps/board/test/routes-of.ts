import type { Application, Router } from 'express'

/** The part of a router of Express that lists its routes. */
interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> }
  handle: Partial<Pick<Application, 'stack'>> & { stack?: Layer[] }
}

/** Every route of a router and of the routers in it, as `GET /path`: what it really has, and not what somebody lists. */
export function routesOf(router: Router): string[] {
  const walk = (layers: Layer[]): string[] =>
    layers.flatMap(({ route, handle }) => {
      if (!route) return walk(handle.stack ?? [])
      return Object.keys(route.methods).flatMap((method) =>
        [route.path].flat().map((path) => `${method.toUpperCase()} ${path}`),
      )
    })
  return walk((router as unknown as { stack: Layer[] }).stack)
}
