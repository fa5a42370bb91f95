/** A path of this board, else its first page: `//host` and `/\\host` would lead to another one. */
export const ownPath = (base: string, path: unknown): string =>
  typeof path === 'string' && path.startsWith(`${base}/`) && /^\/(?![/\\])[!-~]*$/.test(path) ? path : `${base}/`
