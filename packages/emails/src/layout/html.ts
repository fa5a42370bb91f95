import type { EmailContent } from '../email-content.ts'

const FONT = `font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif`
const INK = 'color:#1a1f36'
const MUTED = 'color:#5c6478'

/** One column with inline styles, which old and narrow e-mail clients also display correctly. */
export function htmlOf(
  { language, title, paragraphs, details, button, footer, note }: EmailContent,
  sender: string,
): string {
  const body = [
    `<p style="margin:0 0 28px;font-size:15px;font-weight:600;${INK}">${escaped(sender)}</p>`,
    note === null ? '' : noteBox(note),
    `<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3;font-weight:600;${INK}">${escaped(title)}</h1>`,
    ...paragraphs.map(
      (text) => `<p style="margin:0 0 16px;font-size:16px;line-height:1.55;${INK}">${escaped(text)}</p>`,
    ),
    details.length > 0 ? table(details) : '',
    button ? link(button) : '',
    `<p style="margin:32px 0 0;padding-top:20px;border-top:1px solid #e3e6ee;font-size:13px;line-height:1.5;${MUTED}">${escaped(footer)}</p>`,
  ]
  return `<!doctype html>
<html lang="${language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escaped(title)}</title>
</head>
<body style="margin:0;padding:0;background:#f4f5f8">
<div style="max-width:560px;margin:0 auto;padding:24px 12px">
<div style="padding:32px 28px;background:#ffffff;border:1px solid #e3e6ee;border-radius:10px;${FONT}">
${body.filter(Boolean).join('\n')}
</div>
</div>
</body>
</html>
`
}

function table(details: [string, string][]): string {
  const rows = details.map(([name, value], index) => {
    const line = index === 0 ? '' : 'border-top:1px solid #e3e6ee;'
    const cell = `padding:10px 0;${line}font-size:15px;line-height:1.4;vertical-align:top`
    return `<tr><td style="${cell};padding-right:16px;${MUTED}">${escaped(name)}</td><td align="right" style="${cell};${INK};overflow-wrap:anywhere">${escaped(value)}</td></tr>`
  })
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:8px 0 24px;border-top:1px solid #e3e6ee;border-bottom:1px solid #e3e6ee">
${rows.join('\n')}
</table>`
}

const link = ({ label, url }: { label: string; url: string }): string =>
  `<p style="margin:8px 0 0"><a href="${escaped(url)}" style="display:inline-block;padding:13px 22px;border-radius:8px;background:#1d4ed8;color:#ffffff;font-size:16px;font-weight:600;text-decoration:none">${escaped(label)}</a></p>`

const noteBox = (text: string): string =>
  `<p style="margin:0 0 20px;padding:10px 14px;border-radius:8px;background:#fff4d6;font-size:14px;color:#6b4a00">${escaped(text)}</p>`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
