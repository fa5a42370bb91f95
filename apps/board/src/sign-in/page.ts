interface Content {
  /** Path of the board. */
  base: string
  next: string
  problem?: string
}

/** The form, which works without scripts. */
export const page = ({ base, next, problem }: Content): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in – Sluice</title>
<link rel="stylesheet" href="${base}/sign-in/style.css">
<main>
  <h1>Sluice</h1>
  <form method="post" action="${base}/sign-in">
    ${problem === undefined ? '' : `<p role="alert">${problem}</p>`}
    <label for="user">User name</label>
    <input id="user" name="user" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required>
    <input type="hidden" name="next" value="${quoted(next)}">
    <button>Sign in</button>
  </form>
</main>
</html>
`

const quoted = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; background: light-dark(#f6f7f9, #16181d); color: light-dark(#1b1d22, #eceef2); }
main { box-sizing: border-box; width: 100%; max-width: 22rem; margin: 15vh auto 0; padding: 1rem; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; }
form { display: grid; gap: .5rem; }
input { font: inherit; padding: .5rem; border: 1px solid light-dark(#6b7280, #9ca3af); border-radius: .25rem; }
button { font: inherit; margin-top: .5rem; padding: .6rem; border: 0; border-radius: .25rem; background: #1f5fbf; color: #fff; }
:focus-visible { outline: 3px solid light-dark(#1f5fbf, #8ab4f8); outline-offset: 2px; }
[role='alert'] { margin: 0; padding: .5rem; border-left: 4px solid light-dark(#b3261e, #f2b8b5); }
`
