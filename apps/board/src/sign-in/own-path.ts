/** A path of this board, else `/`: `//host` and `/\\host` would lead to another one. */
export const ownPath = (path: unknown): string =>
  typeof path === 'string' && /^\/(?![/\\])[!-~]*$/.test(path) ? path : '/'
