import type { Language } from '../languages.ts'
import { escaped } from '../layout/html.ts'

/** An e-mail of the preview, in `<file>.html` and `<file>.txt`. */
export interface PreviewedEmail {
  kind: string
  variant: string | undefined
  language: Language
  subject: string
  file: string
}

/** A page with a list of all e-mails, which shows the chosen one in each width, and in light and dark. */
export const indexPage = (emails: PreviewedEmail[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>E-mails of Sluice</title>
<style>${STYLE}</style>
</head>
<body>
<nav aria-label="E-mails">
${[...groupedByState(emails)].map(([state, group]) => `<p>${escaped(state)}<br>${group.map(link).join(' ')}</p>`).join('\n')}
</nav>
<main>
<h1 id="subject"></h1>
<p>
<label>Width <select id="width"><option value="100%">all</option><option value="600px">600</option><option value="320px">320</option></select></label>
<label><input type="checkbox" id="dark"> dark</label>
<label><input type="checkbox" id="text"> plain text</label>
</p>
<iframe id="email" title="The chosen e-mail"></iframe>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`

function groupedByState(emails: PreviewedEmail[]): Map<string, PreviewedEmail[]> {
  const groups = new Map<string, PreviewedEmail[]>()
  for (const email of emails) {
    const state = [email.kind, email.variant].filter(Boolean).join(', ')
    groups.set(state, [...(groups.get(state) ?? []), email])
  }
  return groups
}

const link = ({ file, language, subject }: PreviewedEmail): string =>
  `<a href="#${escaped(file)}" data-subject="${escaped(subject)}" lang="${language}">${language}</a>`

const STYLE = `
body{margin:0;display:flex;height:100vh;font:15px/1.5 system-ui,sans-serif;color:#1a1f36}
nav{flex:none;width:260px;overflow:auto;padding:8px 16px;box-sizing:border-box;border-right:1px solid #e3e6ee}
nav a{padding:2px 4px}nav a[aria-current]{background:#1d4ed8;color:#fff;border-radius:4px}
main{flex:1;display:flex;flex-direction:column;min-width:0;padding:8px 16px}
h1{font-size:18px;margin:4px 0}label{margin-right:16px}
iframe{flex:1;border:1px solid #e3e6ee;color-scheme:light}
@media(max-width:700px){body{display:block;height:auto}nav{width:auto;border:0}iframe{width:100%;height:80vh}}
`

/** A frame's color scheme is what the e-mail's media query for dark mode sees. */
const SCRIPT = `
const at = (id) => document.getElementById(id)
const links = [...document.querySelectorAll('nav a')]
function show() {
  const chosen = links.find((link) => link.hash === location.hash) ?? links[0]
  for (const link of links) link.toggleAttribute('aria-current', link === chosen)
  at('subject').textContent = chosen.dataset.subject
  at('email').src = chosen.hash.slice(1) + (at('text').checked ? '.txt' : '.html')
  at('email').style.width = at('width').value
  at('email').style.colorScheme = at('dark').checked ? 'dark' : 'light'
}
addEventListener('hashchange', show)
addEventListener('change', show)
show()
`
