/** @import { ReceivedMessage, UserRow } from '@sluice/host' */
/** @import { Generation } from './tables.js' */

/** @typedef {Pick<UserRow, 'id' | 'email' | 'role'>} User */

/**
 * @param {User} user
 * @param {Generation[]} generations
 * @param {ReadonlyMap<string, ReceivedMessage>} messages
 */
export const homePage = (user, generations, messages) =>
  page(
    'Pictures',
    `<p>You are ${escaped(user.email ?? user.id)}, and <strong>${user.role}</strong>.</p>
${user.role === 'PREMIUM' ? button('/portal', 'Manage subscription') : button('/checkout', 'Buy Pro')}
<form method="post" action="/generations">
  <input name="prompt" value="a sluice in the morning" aria-label="Prompt">
  <button>Make a picture</button>
</form>
<ul>${generations.map(({ id, status }) => `<li><a href="/generations/${id}">${id}</a>: ${escaped(status)}</li>`).join('')}</ul>
<h2>Messages of Sluice</h2>
<ul>${[...messages.values()].map(({ id, type }) => `<li><code>${escaped(type)}</code> <small>${escaped(id)}</small></li>`).join('')}</ul>`,
  )

/** @param {User} user */
export const successPage = (user) =>
  page('Thank you', `<p>You are <strong>${user.role}</strong> now.</p><p><a href="/">Go on</a></p>`)

/** @param {Generation} generation */
export const generationPage = ({ status, error, picture }) => {
  if (picture)
    return page('Your picture', `<img src="/pictures/${picture}" alt="The result"><p><a href="/">Back</a></p>`)
  if (error) return page('No picture', `<p>${escaped(error)}</p><p><a href="/">Back</a></p>`)
  return waitingPage(`picture (${status})`)
}

/**
 * It loads itself again every second.
 *
 * @param {string} what
 */
export const waitingPage = (what) =>
  page('One moment', `<p>Waiting for your ${escaped(what)} …</p>`, '<meta http-equiv="refresh" content="1">')

/**
 * @param {string} action
 * @param {string} label
 */
const button = (action, label) => `<form method="post" action="${action}"><button>${label}</button></form>`

/**
 * @param {string} title
 * @param {string} content
 * @param {string} [head]
 */
const page = (title, content, head = '') => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
${head}
<title>${title}</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }
  button, input { font: inherit; padding: .4rem .8rem; margin: .2rem 0 }
  img { max-width: 100% }
</style>
<h1>${title}</h1>
${content}
</html>
`

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
