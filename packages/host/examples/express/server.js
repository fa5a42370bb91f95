// A host application beside Sluice: it sells a subscription, makes pictures, and has no code that handles webhooks of
// Stripe or Replicate. Sluice does that, and the application reads the rows that follow.
import express from 'express'
import { received, receiveMessage } from './messages.js'
import { generationPage, homePage, successPage, waitingPage } from './pages.js'
import { startPicture } from './replicate.js'
import { openPicture } from './store.js'
import { openCheckout, openPortal } from './stripe.js'
import { addUser, checkoutOf, customerOf, generationOf, generationsOf, pictureOf, userOf } from './tables.js'

const port = Number(process.env.PORT ?? 4000)
const url = process.env.PUBLIC_URL ?? `http://localhost:${port}`

const app = express()

// Before anything that parses: the signature is that of the exact bytes.
app.post('/sluice', express.raw({ type: () => true }), receiveMessage)

app.use(express.urlencoded())

// In place of a login: every browser is a user of its own.
app.use(async (request, response, next) => {
  const id = /(?:^|; )user=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? crypto.randomUUID()
  await addUser(id, `${id.slice(0, 8)}@example.com`)
  response.locals.userId = id
  response.setHeader('set-cookie', `user=${id}; Path=/; HttpOnly; SameSite=Lax`)
  next()
})

app.get('/', async (_request, response) => {
  const { userId } = response.locals
  response.send(homePage(await userOf(userId), await generationsOf(userId), received))
})

app.post('/checkout', async (_request, response) => {
  const user = await userOf(response.locals.userId)
  response.redirect(303, await openCheckout(user, await customerOf(user.id), url))
})

app.get('/success', async (request, response) => {
  const { userId } = response.locals
  const checkout = await checkoutOf(String(request.query.session_id))
  const user = await userOf(userId)
  // The browser may be here before the webhook is: the page asks again until the row is there.
  response.send(checkout?.status === 'complete' && user.role === 'PREMIUM' ? successPage(user) : waitingPage('payment'))
})

app.post('/portal', async (_request, response) => {
  const customer = await customerOf(response.locals.userId)
  response.redirect(303, customer ? await openPortal(customer, url) : '/')
})

app.post('/generations', async (request, response) => {
  const id = await startPicture(response.locals.userId, String(request.body.prompt))
  response.redirect(303, `/generations/${id}`)
})

app.get('/generations/:id', async (request, response) => {
  const generation = await generationOf(response.locals.userId, request.params.id)
  if (!generation) return void response.sendStatus(404)
  response.send(generationPage(generation))
})

app.get('/pictures/:id', async (request, response) => {
  const picture = await pictureOf(response.locals.userId, request.params.id)
  if (!picture?.storage_key) return void response.sendStatus(404)
  response.type(picture.content_type ?? 'application/octet-stream').set('x-content-type-options', 'nosniff')
  ;(await openPicture(picture.storage_key)).pipe(response)
})

app.listen(port, () => console.log(`The example is at ${url}`))
