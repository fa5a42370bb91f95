/** Types that a browser runs, or that can hold what it runs. */
const ACTIVE =
  /\b(x?html|svg|(java|ecma|live|j|vb)script|css|x-shockwave-flash|xslt?|hta)\b|(^text\/|^application\/|\+)xml\b|^(multipart|message)\//

/** Endings by which a web server names such a type. */
const ACTIVE_EXTENSION = /^\.(x?html?|shtml|xht|svgz?|xml|xslt?|m?js|cjs|css|swf|hta|mht|mhtml|eml)$/i

/** Types that a browser only shows. */
const SHOWN = /^(image|video|audio)\/|^application\/(pdf|json)$|^text\/plain$/

export interface StoredType {
  contentType: string
  /** With its dot; empty if the type has none. */
  extension: string
}

/**
 * The type that a file of a generation is stored with. A file that a browser would run is plain text: whoever serves
 * the store would else serve pages and programs of strangers in his own name.
 */
export const storedTypeOf = ({ contentType, extension }: StoredType): StoredType =>
  ACTIVE.test(contentType.toLowerCase()) || ACTIVE_EXTENSION.test(extension)
    ? { contentType: 'text/plain', extension: '.txt' }
    : { contentType, extension }

/** Whether a browser should save a file of this type instead of opening it. Plain text may have been a page. */
export const isAttachment = (contentType: string): boolean => contentType === 'text/plain' || !SHOWN.test(contentType)
