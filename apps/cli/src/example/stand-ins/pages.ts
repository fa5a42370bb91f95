const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 28rem; margin: 4rem auto; padding: 0 1rem; color: #1f2937 }
  button { font: inherit; padding: .6rem 1.2rem; border: 0; border-radius: .4rem; background: #4f46e5; color: #fff }
  small { color: #6b7280 }
</style>
<h1>${title}</h1>
${content}
<p><small>This page stands in for Stripe. No card is charged, and no account is needed. Set STRIPE_API_KEY to see
Stripe's own.</small></p>
</html>
`

export const checkoutPage = (cancelUrl: string): string =>
  page(
    'Pro, $19.00 per month',
    `<form method="post"><button>Pay</button> <a href="${escaped(cancelUrl)}">Cancel</a></form>`,
  )

export const portalPage = (id: string, returnUrl: string): string =>
  page(
    'Your subscription',
    `<form method="post" action="/portal/${id}/cancel"><button>Cancel subscription</button></form>
<p><a href="${escaped(returnUrl)}">Return</a></p>`,
  )

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
