import { register } from 'node:module'

/** With `--import`, prints the address of every module that the process loads: https://nodejs.org/docs/latest-v20.x/api/module.html#customization-hooks */
const hooks = `
  import { writeSync } from 'node:fs'
  export function load(url, context, next) {
    writeSync(2, 'loaded ' + url + '\\n')
    return next(url, context)
  }`

register(`data:text/javascript,${encodeURIComponent(hooks)}`)
