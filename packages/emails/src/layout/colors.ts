/** The relative luminance of a color such as `#1d4ed8` (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance). */
function luminanceOf(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** From 1 (the same) to 21 (black and white). Text needs 4.5 (https://www.w3.org/TR/WCAG22/#contrast-minimum). */
export function contrastOf(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminanceOf(a), luminanceOf(b)].sort((one, other) => other - one)
  return (light + 0.05) / (dark + 0.05)
}

const WHITE = '#ffffff'
const BLACK = '#000000'

/** White or black, whichever is easier to read on the color. One of them always has a contrast of at least 4.5. */
export const textOn = (color: string): string =>
  contrastOf(color, WHITE) >= 4.5 ? WHITE : contrastOf(color, BLACK) >= contrastOf(color, WHITE) ? BLACK : WHITE

/** The border of a shape: its own color, or gray where that is hard to tell from the background. */
export const borderOn = (background: string, color: string): string =>
  contrastOf(background, color) < 1.5 ? '#868ea0' : color
